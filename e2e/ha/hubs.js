/** Two replicas of the hub on one database, and the PGs in a process that survives them. */

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { until } from '../harness/until.js';
import { freePorts } from './cluster.js';

/** How long a hub waits for a PG (ms), and how long "no such payment" is not believed (s). */
const PG_TIMEOUT = 5000;
const GRACE = 6;

class Program {
  constructor(binary, log) {
    Object.assign(this, { binary, log });
  }

  start(args) {
    const out = fs.openSync(this.log, 'a');
    const env = { ...process.env, IEUM_LOG: process.env.IEUM_LOG || 'warn' };
    this.process = spawn(this.binary, args, { stdio: ['ignore', out, out], env });
    fs.closeSync(out);
    this.process.on('error', (error) => fs.appendFileSync(this.log, `${error.message}\n`));
    this.ended = new Promise((done) => this.process.once('exit', done));
  }

  running() {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  async end(name) {
    if (this.running()) this.process.kill(name);
    await this.ended;
  }
}

/** One replica. A supervisor starts it again whenever it ends, as systemd would. */
class Replica extends Program {
  /** How often it was started. */
  starts = 0;
  #stopping = false;

  constructor(binary, folder, name, settings) {
    super(binary, path.join(folder, `hub-${name}.log`));
    this.api = `http://127.0.0.1:${settings.port}`;
    this.config = path.join(folder, `hub-${name}.toml`);
    const text = `
[server]
listen = "127.0.0.1:${settings.port}"
public_url = "${this.api}"
[database]
url = "${settings.database}"
[secrets]
master_key_file = "${settings.key}"
[sandbox]
listen = "127.0.0.1:0"
public_url = "${settings.sandbox}"
books = "unused-${name}.db"
[pg]
timeout_ms = ${PG_TIMEOUT}
settle_grace_seconds = ${GRACE}
[webhook]
timeout_ms = 2000
allow_private = true
`;
    fs.writeFileSync(this.config, text);
  }

  supervise() {
    this.start(['serve', '--config', this.config]);
    this.starts += 1;
    this.ended.then(() => {
      if (!this.#stopping) setTimeout(() => this.#stopping || this.supervise(), 200);
    });
  }

  /** What `ieum doctor` says of the cluster; it must find a leader whose word survives it. */
  doctor() {
    const asked = spawnSync(this.binary, ['doctor', '--config', this.config], { encoding: 'utf8' });
    const line = asked.stdout.split('\n').find((one) => /leads 3 servers; commits wait/.test(one));
    if (!line?.startsWith('ok')) throw new Error(`doctor:\n${asked.stdout}${asked.stderr}`);
    return `doctor: ${line}`;
  }

  async answers() {
    const asked = fetch(`${this.api}/users/getToken`, { method: 'POST', signal: AbortSignal.timeout(5000) });
    return asked.then((answer) => answer.status === 400, () => false);
  }

  /** Ends the process; it comes back by itself. */
  async again(name) {
    const before = this.starts;
    this.process.kill(name);
    await until('the hub is started again', () => this.starts > before, 30);
    await until('the hub answers again', () => this.answers(), 90);
  }

  async stop() {
    this.#stopping = true;
    await this.end('SIGTERM');
  }
}

export class Hubs {
  /** `ieum demo` sets the merchant up; a second one plays the PGs and keeps their books. */
  static async start(binary, folder, database) {
    const hubs = new Hubs();
    const [one, two, shop] = await freePorts(3);
    hubs.pgs = new Program(binary, path.join(folder, 'pgs.log'));
    hubs.books = await demo(hubs.pgs, folder, 'pgs', []);
    const setup = new Program(binary, path.join(folder, 'setup.log'));
    const more = ['--db', database, '--shop-listen', `127.0.0.1:${shop}`];
    hubs.merchant = await demo(setup, folder, 'setup', more);
    await setup.end('SIGTERM');
    hubs.receiver = shop;
    const key = path.join(folder, 'setup', 'master.key');
    const settings = { database, key, sandbox: hubs.books.sandbox };
    hubs.replicas = [
      new Replica(binary, folder, 'one', { ...settings, port: one }),
      new Replica(binary, folder, 'two', { ...settings, port: two }),
    ];
    for (const replica of hubs.replicas) replica.supervise();
    for (const replica of hubs.replicas) await until('a hub answers', () => replica.answers(), 60);
    return hubs;
  }

  async stop() {
    await Promise.all((this.replicas ?? []).map((replica) => replica.stop()));
    if (this.pgs?.process) await this.pgs.end('SIGTERM');
  }
}

/** Starts `ieum demo` and gives its ready file. */
async function demo(program, folder, name, more) {
  const file = path.join(folder, `${name}.json`);
  const any = '127.0.0.1:0';
  const listen = ['--listen', any, '--sandbox-listen', any, '--shop-listen', any];
  const twice = more.includes('--shop-listen') ? listen.slice(0, 4) : listen;
  program.start(['demo', ...twice, '--data', path.join(folder, name), '--ready-file', file, ...more]);
  await until(`${name} is ready`, () => {
    if (!program.running()) throw new Error(`it did not start, see ${program.log}`);
    return fs.existsSync(file);
  }, 60);
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}
