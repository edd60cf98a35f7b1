import { runHomeserver } from './run-homeserver.ts';

await runHomeserver();
