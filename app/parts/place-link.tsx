import type { ComponentChildren, JSX } from "preact";
import { useStore } from "../state/context.ts";
import { type Place, writePlace } from "../state/place.ts";
import { go } from "../state/store.ts";

export interface PlaceLinkProps {
  readonly place: Place;
  readonly children: ComponentChildren;
}

/** A link to another place of the app: it can be opened in a new tab, copied, and reached by keys like any link. */
export function PlaceLink({ place, children }: PlaceLinkProps): JSX.Element {
  const store = useStore();
  const { sha256, file, sample } = store.place.value;
  return (
    <a
      href={`#${writePlace({ sha256, file, sample, ...place })}`}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go(store, place);
      }}
    >
      {children}
    </a>
  );
}
