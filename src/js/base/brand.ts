declare const brand: unique symbol;

/** Marks a number or string with a meaning the type checker can see; costs nothing at run time. */
export type Brand<Name extends string> = { readonly [brand]: Name };

/** The only "none" among row indices. */
export const NONE = -1;
