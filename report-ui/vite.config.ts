import { defineConfig } from "vite";

// One script and one style, which convlint puts into the page that it writes.
export default defineConfig({
  build: {
    outDir: "../convlint/report/page/bundle",
    emptyOutDir: true,
    target: "es2021",
    lib: { entry: "src/main.ts", formats: ["iife"], name: "convlintPage", fileName: () => "page.js", cssFileName: "page" },
  },
});
