import { expect, it } from "vitest";
import { toHtml } from "../../src/js/render/html.ts";
import { everyShape } from "../support/snapshots.ts";

it("shows hostile text as text, in a page that runs and loads nothing", async () => {
  const page = toHtml(everyShape(), { report: "</pre><script>parent.postMessage('owned','*')</script>" });
  const frame = document.createElement("iframe");
  const messages: unknown[] = [];
  const listener = (event: MessageEvent): void => void messages.push(event.data);
  window.addEventListener("message", listener);
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  frame.srcdoc = page;
  document.body.append(frame);
  await loaded;
  await new Promise((resolve) => setTimeout(resolve, 100));
  const inside = frame.contentDocument!;
  expect(messages).toEqual([]);
  expect(inside.querySelectorAll("script,img,iframe,link")).toHaveLength(0);
  expect(inside.querySelector("pre")?.textContent).toBe("</pre><script>parent.postMessage('owned','*')</script>");
  expect(
    [...inside.querySelectorAll("*")]
      .flatMap((element) => [...element.attributes])
      .filter(({ name }) => name.startsWith("on")),
  ).toEqual([]);
  // The page's own policy lets its style in.
  expect(frame.contentWindow!.getComputedStyle(inside.body).maxWidth).toBe("1280px");
  window.removeEventListener("message", listener);
  frame.remove();
});
