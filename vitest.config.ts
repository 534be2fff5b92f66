import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** A hang, not slowness, is what a time-out finds: machines that are busy with other things take several times as long. */
const TIMEOUT_MS = 30_000;
const provider = playwright({
  launchOptions: { executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args },
});

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          environment: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**", "test/slow/**", "test/e2e/**"],
          testTimeout: TIMEOUT_MS,
        },
      },
      {
        test: {
          name: "browser",
          include: [
            "test/unit/**/*.test.ts",
            "test/abi/**/*.test.ts",
            "test/golden/**/*.test.ts",
            "test/browser/**/*.test.ts",
          ],
          exclude: ["**/*.node.test.ts"],
          testTimeout: TIMEOUT_MS,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider,
            instances: [{ browser: "chromium" }],
          },
        },
      },
      {
        test: {
          name: "e2e",
          environment: "node",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
