import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

interface StreamAccess {
  url: string;
  token: string;
}

/** The one that Debian's modules are made for, whatever else is called python3 here. */
const python = '/usr/bin/python3';
const whipClient = '/usr/bin/whip-client';
const playerFile = join(import.meta.dirname, 'whep-player.py');

/** Why programs that others wrote cannot be tried here; on a machine that is to prove something it is a failure instead. */
export function lacksPrograms(): string | false {
  const lacks = [
    ...(existsSync(whipClient) ? [] : ['there is no whip-client here (Debian: simple-whip-client)']),
    ...(spawnSync('c++', ['--version']).status === 0 ? [] : ['there is no C++ compiler here']),
    ...(hasAiortc() ? [] : ['there is no aiortc here (Debian: python3-aiortc)']),
  ];
  if (lacks.length === 0) return false;
  if (process.env['CI'] === 'true') throw new Error(lacks.join('; '));
  return lacks.join('; ');
}

const hasAiortc = () => existsSync(python) && spawnSync(python, ['-c', 'import aiortc']).status === 0;

const pictures = {
  VP8: 'vp8enc deadline=1 cpu-used=8 keyframe-max-dist=30 ! rtpvp8pay pt=96 ssrc=2',
  H264: 'x264enc tune=zerolatency speed-preset=ultrafast key-int-max=30 ! video/x-h264,profile=constrained-baseline ! rtph264pay pt=96 ssrc=2 config-interval=1',
};

/** Debian's `whip-client` as it is, which sends a moving ball and a tone of 660 Hz. */
export class WhipClient implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;
  /** Rejects when it ends without having been stopped. */
  readonly ended: Promise<never>;
  #said = '';

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    for (const pipe of [child.stdout, child.stderr])
      pipe?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    this.ended = new Promise((_, reject) =>
      child.once('exit', () => reject(new Error(`whip-client ended: ${this.#said}`))),
    );
    this.ended.catch(() => undefined);
  }

  static start(
    { url, token }: StreamAccess,
    codec: keyof typeof pictures,
    options: readonly string[] = [],
  ): WhipClient {
    const folder = mkdtempSync(join(tmpdir(), 'folkmoot-whip-'));
    const picture = `videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=15/1 ! videoconvert ! queue ! ${pictures[codec]} ! application/x-rtp,media=video,encoding-name=${codec},payload=96`;
    const sound =
      'audiotestsrc is-live=true wave=sine freq=660 ! audioconvert ! audioresample ! queue ! opusenc ! rtpopuspay pt=100 ssrc=1 ! application/x-rtp,media=audio,encoding-name=OPUS,payload=100';
    const child = spawn(whipClient, ['-u', url, '-t', token, '-o', '-V', picture, '-A', sound, ...options], {
      env: { ...process.env, LD_LIBRARY_PATH: withoutUpnp(folder) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new WhipClient(child, folder);
  }

  /** Ends the stream as Ctrl+C does; answers with its exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGINT');
      await exited;
    }
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/**
 * The program of Debian 12 ends at once: it is linked with libsoup 2, and libnice brings libsoup 3 by its UPnP library. So that library is
 * one here that finds no router.
 */
function withoutUpnp(folder: string): string {
  const source = join(folder, 'no-upnp.c');
  writeFileSync(
    source,
    `void *gupnp_simple_igd_thread_new(void) { return 0; }
unsigned long gupnp_simple_igd_get_type(void) { return 0; }
void gupnp_simple_igd_add_port(void) {}
void gupnp_simple_igd_remove_port_local(void) {}
`,
  );
  execFileSync('c++', ['-x', 'c', '-shared', '-fPIC', '-o', join(folder, 'libgupnp-igd-1.0.so.4'), source]);
  return folder;
}

interface Decoded {
  width?: number;
  hertz?: number;
  level?: number;
}

/** A player of WHEP in Python, by aiortc. */
export class AiortcPlayer implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #decoded: Decoded[] = [];
  #errors = '';
  #wake = Promise.withResolvers<void>();

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      this.#decoded.push(JSON.parse(line) as Decoded);
      this.#tell();
    });
    child.once('exit', () => this.#tell());
  }

  static start({ url, token }: StreamAccess): AiortcPlayer {
    return new AiortcPlayer(spawn(python, [playerFile, url, token], { stdio: 'pipe' }));
  }

  /** Until this many of what was decoded are such. */
  async gets(isSuch: (one: Decoded) => boolean, count = 1): Promise<void> {
    while (this.#decoded.filter(isSuch).length < count) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`The player ended: ${this.#errors}`);
      await this.#wake.promise;
    }
  }

  /** Answers with its exit code. */
  async stop(): Promise<number | null> {
    const exited = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await exited;
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
  }

  #tell(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
