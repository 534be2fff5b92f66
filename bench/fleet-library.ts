// What bench/cases/group.mjs needs of the tests' support: the generator of crashes whose causes are known.
export { Fleet } from "../test/support/fleet.ts";
