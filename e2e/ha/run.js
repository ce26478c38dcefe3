/** Kills the leader of the database again and again while two hubs take payments, then counts. */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { until } from '../harness/until.js';
import { Cluster } from './cluster.js';
import { Hubs } from './hubs.js';
import { Load } from './load.js';
import { pick, random, shuffled } from './random.js';
import { compare, settled } from './verify.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How a leader ends. What a kind leaves alive stays so until the service is back. */
const KINDS = {
  /** The machine is gone. */
  crash: { victims: (member) => member.all(), signal: 'SIGKILL' },
  /** The machine is gone after its last two seconds reached no standby. */
  lag: { victims: (member) => member.all(), signal: 'SIGKILL', lags: true },
  /** PostgreSQL alone dies. */
  postgres: { victims: (member) => member.postgresPids(), signal: 'SIGKILL' },
  /** Patroni alone dies: PostgreSQL goes on and believes that it leads. */
  patroni: { victims: (member) => member.patroniPids(), signal: 'SIGKILL' },
  /** Nothing of it answers, and then it wakes up as if nothing had happened. */
  hang: { victims: (member) => member.all(), signal: 'SIGSTOP', wakes: true },
};

const { values: options } = parseArgs({
  options: {
    failovers: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    clients: { type: 'string', default: '6' },
    kind: { type: 'string' },
    binary: { type: 'string', default: path.join(ROOT, 'target/debug/ieum') },
    keep: { type: 'boolean', default: false },
    // Without synchronous replication the same kill loses what was acknowledged. That it is noticed
    // shows that the counting works: this form succeeds if something was lost.
    control: { type: 'boolean', default: false },
  },
});

function say(text) {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
}

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** The longest time without an acknowledged write, from a moment on. */
function outage(load, from) {
  const moments = [from, ...load.acknowledged.map((one) => one.at).filter((at) => at > from)];
  return Math.max(...moments.slice(1).map((at, index) => at - moments[index]));
}

/** Takes webhooks and counts them. */
function receiver(port) {
  const told = new Map();
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const { imp_uid } = JSON.parse(body || '{}');
      told.set(imp_uid, (told.get(imp_uid) ?? 0) + 1);
      response.end('ok');
    });
  });
  server.listen(port, '127.0.0.1');
  return { told, stop: () => server.close() };
}

/** Both hubs acknowledged a payment that was sent after this moment. */
async function served(load, replicas, from) {
  const again = (replica) =>
    load.acknowledged.some((one) => one.replica === replica && one.sent > from);
  await until('both hubs take payments again', () => replicas.every(again), 180);
}

/** One failover. Gives how long nothing was acknowledged. */
async function failover(cluster, hubs, load, kind) {
  const before = await until('a member leads', () => cluster.leader(), 60);
  const { victims, signal, wakes, lags } = KINDS[kind];
  const receivers = lags ? cluster.receivers() : [];
  const from = performance.now();
  if (lags) {
    cluster.signal(receivers, 'SIGSTOP');
    await pause(2000);
  }
  const pids = victims(before.member);
  cluster.signal(pids, signal);
  cluster.signal(receivers, 'SIGCONT');
  const after = await until('another member leads', async () => {
    const leader = await cluster.leader();
    if (leader && leader.timeline > before.timeline) return leader;
    await pause(200);
  }, 180);
  const promoted = performance.now();
  await served(load, hubs.replicas, promoted);
  if (wakes) {
    cluster.signal(pids, 'SIGCONT');
  } else if (kind !== 'postgres') {
    before.member.start();
  }
  // Under load and beside the old leader, which finds out that it leads no more.
  await cluster.whole();
  await served(load, hubs.replicas, performance.now());
  const gap = outage(load, from);
  say(
    `${kind}: ${before.member.name} → ${after.member.name}, new leader after ` +
      `${seconds(promoted - from)}, longest without an acknowledged write ${seconds(gap)}`,
  );
  return gap;
}

/** Between failovers: one hub is killed, or both are restarted one after the other. */
async function restart(hubs, draw, counts) {
  const dice = draw();
  if (dice < 0.3) {
    await pick(draw, hubs.replicas).again('SIGKILL');
    counts.kills += 1;
  } else if (dice < 0.5) {
    for (const replica of hubs.replicas) await replica.again('SIGTERM');
    counts.rolling += 1;
  }
}

async function main() {
  if (options.control) options.kind = 'lag';
  const wanted = Number(options.failovers);
  const seed = Number(options.seed);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ieum-ha-'));
  const commit = execFileSync('git', ['-C', ROOT, 'describe', '--always', '--dirty'], { encoding: 'utf8' });
  say(`commit ${commit.trim()}, seed ${seed}, ${options.binary}, everything is in ${folder}`);
  const draw = random(seed);
  const counts = { kills: 0, rolling: 0 };
  const gaps = [];
  let kinds = [];
  let cluster, hubs, load, hooks;
  let good = false;
  const stop = async () => {
    await load?.stop();
    hooks?.stop();
    await hubs?.stop();
    await cluster?.stop();
    if (good && !options.keep) fs.rmSync(folder, { recursive: true, force: true });
  };
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.once(name, () => {
      load = undefined;
      stop().finally(() => process.exit(130));
    });
  }
  try {
    cluster = await Cluster.start(folder, !options.control);
    say(`the cluster is whole: a leader and two standbys${options.control ? '' : ', one synchronous'}`);
    hubs = await Hubs.start(path.resolve(options.binary), folder, cluster.url());
    if (!options.control) say(hubs.replicas[0].doctor());
    hooks = receiver(hubs.receiver);
    load = new Load(hubs.replicas, hubs.merchant, seed);
    load.start(Number(options.clients));
    await served(load, hubs.replicas, performance.now());
    for (let round = 0; round < wanted; round += 1) {
      // Every kind comes up before one comes again.
      if (kinds.length === 0) kinds = options.kind ? [options.kind] : shuffled(draw, Object.keys(KINDS));
      gaps.push(await failover(cluster, hubs, load, kinds.pop()));
      await restart(hubs, draw, counts);
    }
    await load.stop();
    say('the load has ended; waiting for what is settling');
    good = await report(cluster, hubs, load, { gaps, counts, told: hooks.told, seed, commit });
  } finally {
    await stop();
    if (!good) say(`logs are in ${folder}`);
  }
  process.exitCode = good ? 0 : 1;
}

async function report(cluster, hubs, load, { gaps, counts, told, seed, commit }) {
  const unresolved = await settled(cluster, 180);
  const found = await compare(hubs, cluster, load);
  const untold = load.payments.filter((one) => one.end === 'done' && !told.has(one.imp_uid));
  const sorted = [...gaps].sort((a, b) => a - b);
  const numbers = {
    failovers: gaps.length,
    'hub kills': counts.kills,
    'rolling restarts': counts.rolling,
    payments: load.payments.length,
    acknowledged: load.count(),
    lost: found.lost.length,
    doubled: found.doubled.length,
    'otherwise wrong': found.wrong.length,
    'stale reads': load.stale.length,
    unresolved,
    'webhooks missing': untold.length,
    'held by hub and PG': `${found.sums.hub} ${found.sums.pg}`,
    'median outage': seconds(sorted[Math.floor(sorted.length / 2)]),
    'worst outage': seconds(sorted.at(-1)),
    seed,
    commit: commit.trim(),
  };
  for (const [what, count] of load.answers) numbers[`answers ${what}`] = count;
  for (const [name, value] of Object.entries(numbers)) say(`${name}: ${value}`);
  const wrong = [...found.lost, ...found.doubled, ...found.wrong, ...load.stale, ...untold];
  for (const one of wrong.slice(0, 50)) say(`WRONG ${typeof one === 'string' ? one : JSON.stringify(one)}`);
  if (options.control) return found.lost.length > 0;
  return wrong.length === 0 && unresolved === 0;
}

await main();
