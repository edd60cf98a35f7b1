import { forgetExpiredSessions } from './accounts/end-session.ts';
import type { AdminParts } from './admin/parts.ts';
import { createAdminServer } from './admin/admin-server.ts';
import { listenAddressOf } from './base/config.ts';
import { eventBindings } from './event-bindings.ts';
import { Gateway } from './gateway/gateway.ts';
import { gatewayPorts } from './gateway-ports.ts';
import { clientAddress } from './http/client-address.ts';
import { cookiesFor, sessionCookie } from './http/cookies.ts';
import { createHttpApp, type HttpAppOptions } from './http/http-app.ts';
import { HttpServer } from './http/http-server.ts';
import type { MetricsParts } from './metrics/metrics-page.ts';
import { closeOldReports } from './moderation/keep-report.ts';
import type { OpenLog } from './open-log.ts';
import type { OpenNetwork } from './open-network.ts';
import type { OpenSlices } from './open-slices.ts';

const HOUR = 3_600_000;

export interface ServeParts extends OpenLog, OpenNetwork, OpenSlices {
  admin: AdminParts;
}

export interface Serving {
  readonly address: { host: string; port: number };
  /** Tells clients and other homeservers to come back, and finishes what was asked. */
  stop(): Promise<void>;
}

/** Opens the doors: HTTP, the gateway, other homeservers, admins. */
export async function serve(
  parts: ServeParts,
  options: Pick<HttpAppOptions, 'webClientFolder' | 'checkAnswers' | 'reasonsAgainst'>,
): Promise<Serving> {
  const { config, log, clock, database, tail, signals, restoration } = parts;
  const { hindrance, elsewhere, outbox, departures, botJoiner } = parts;
  const { accounts, presence, voice, programs, voices, bindings } = parts;
  const { authenticator, limiter } = accounts;
  const federation = elsewhere?.federation;
  const cookies = cookiesFor(config.public_url);
  const gateway = new Gateway({
    database,
    tail,
    signals,
    ports: gatewayPorts(accounts, outbox, voice, elsewhere?.follower),
    presence,
    voice,
    clock,
    log,
    publicUrl: config.public_url,
    addressOf: clientAddress(config.trusted_proxies),
    cookieOf: (request) => cookies.read(request, sessionCookie),
    rateLimits: config.rate_limits === 'on',
  });
  const { version } = accounts;
  const metrics = await metricsPages({ ...parts, version, gateway, reasonsAgainst: options.reasonsAgainst });
  const app = createHttpApp({
    ...options,
    config,
    log,
    clock,
    limiter,
    authenticate: authenticator.authenticate,
    bindings,
    pages: [...(federation ? [federation.page] : []), ...metrics],
  });
  const { tls_certificate: certificate, tls_key: key } = config;
  const http = new HttpServer(
    (request, response) => {
      // Other homeservers have an onion of their own, which proves who asks before it reads a body.
      if (federation?.isFor(request)) void federation.answer(request, response);
      else {
        const program = programs.find((one) => one.isFor(request));
        if (program) void program.answer(request, response);
        else app(request, response);
      }
    },
    certificate && key ? { certificate, key } : undefined,
  );
  http.server.on('upgrade', (request, socket, head) => {
    if (federation?.isFor(request)) void federation.upgrade(request, socket, head);
    else if (voices?.door.isFor(request)) voices.door.upgrade(request, socket, head);
    else gateway.upgrade(request, socket, head);
  });

  const { host, port } = listenAddressOf(config.listen);
  const address = await http.listen(host, port);
  await elsewhere?.follower.start();
  outbox.start();
  await departures.start();
  restoration.start(federation?.followers);
  await elsewhere?.letters.start();
  log.info(
    hindrance
      ? `Federation is off: ${hindrance}`
      : `Federation is ${config.federation}: other homeservers find this one as ${config.server_name}`,
  );
  voice.examine();
  const admin = await createAdminServer(parts.admin);
  const chores = setInterval(() => void tidy(parts), HOUR);
  botJoiner.start();
  return {
    address,
    async stop() {
      clearInterval(chores);
      await botJoiner.close();
      federation?.closeLive();
      await gateway.drain();
      voices?.[Symbol.dispose]();
      for (const program of programs) program[Symbol.dispose]();
      await voice[Symbol.asyncDispose]();
      outbox.stop();
      await http.stop();
      await admin.close();
    },
  };
}

/** Its library is loaded where somebody wants metrics only. */
async function metricsPages(parts: Omit<MetricsParts, 'token' | 'eventTypes'> & Pick<ServeParts, 'config'>) {
  const token = parts.config.metrics_token;
  if (token === undefined) return [];
  const { metricsPage } = await import('./metrics/metrics-page.ts');
  return [metricsPage({ ...parts, token, eventTypes: eventBindings })];
}

async function tidy({ accounts, committer, ownJoins, clock, log }: ServeParts): Promise<void> {
  try {
    await forgetExpiredSessions(accounts);
    await committer.commit((tx) => closeOldReports(tx, clock.now()));
    await committer.commit((tx) => ownJoins.forgetOver(tx));
  } catch (error) {
    log.warn(
      { err: error },
      'expired sessions, old reports and joins that were refused could not be removed; it is tried again in an hour',
    );
  }
}
