import { SnapshotError } from "../base/errors.ts";

/** Ends an installation. Ending one twice, or out of order, does nothing to the others. */
export interface ScopeGuard {
  release(): void;
}

/**
 * Which bridge is active: a stack that its owner passes around, because a library has no place for a global one.
 * Installing returns a guard that brings the previous bridge back.
 */
export class BridgeScope<Bridge> {
  private readonly installed: { readonly bridge: Bridge }[] = [];

  install(bridge: Bridge): ScopeGuard {
    const entry = { bridge };
    this.installed.push(entry);
    return {
      release: () => {
        const ix = this.installed.indexOf(entry);
        if (ix >= 0) this.installed.splice(ix, 1);
      },
    };
  }

  get active(): Bridge | undefined {
    return this.installed.at(-1)?.bridge;
  }

  /** Runs `use` with the active bridge; without one returns undefined and does not call it. */
  withActive<T>(use: (bridge: Bridge) => T): T | undefined {
    const { active } = this;
    return active === undefined ? undefined : use(active);
  }

  /** The active bridge. @throws SnapshotError `NoActiveBridge`: a capture that nobody serves must not pass silently. */
  requireActive(): Bridge {
    const { active } = this;
    if (active === undefined) {
      throw new SnapshotError("NoActiveBridge", "taking a capture: no bridge is installed, so nobody can serve it");
    }
    return active;
  }
}
