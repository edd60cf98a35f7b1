import { join } from 'node:path';
import { defineConfig } from 'vite';
import solid from 'vite-plugin-solid';

/** `FOLKMOOT_DEV_SERVER` is the homeserver that `npm run dev` talks to. */
const homeserver = process.env['FOLKMOOT_DEV_SERVER'] ?? 'http://localhost:8448';

export default defineConfig({
  plugins: [solid()],
  resolve: { alias: [{ find: /^typebox$/, replacement: join(import.meta.dirname, 'src/app/schema-values.ts') }] },
  build: { target: 'es2022', modulePreload: { polyfill: false }, reportCompressedSize: true },
  server: {
    proxy: {
      '/api': { target: homeserver, changeOrigin: true },
      '/gateway': { target: homeserver, ws: true, changeOrigin: true },
    },
  },
});
