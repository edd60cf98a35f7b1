import type { ParameterizedContext } from 'koa';

const text = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Folkmoot</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 40em; margin: 15vh auto; padding: 0 1em; color-scheme: light dark }</style>
<h1>This homeserver runs</h1>
<p>Its web client has not been built yet. <code>npm start</code> builds it; to build it alone, run
<code>npm run build --workspace examples/web-client</code> and load this page again.</p>
<p><a href="/docs">The API</a> is there already.</p>
</html>
`;

/** Says how to get the web client. */
export function notBuiltPage(context: ParameterizedContext): void {
  context.status = 200;
  context.type = 'text/html; charset=utf-8';
  context.set('Cache-Control', 'no-store');
  context.body = text;
}
