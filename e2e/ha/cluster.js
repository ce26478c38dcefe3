/** A PostgreSQL cluster of three under Patroni with etcd, on loopback ports and in one folder. */

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../harness/until.js';

const TEMPLATE = fs.readFileSync(new URL('patroni.yml', import.meta.url), 'utf8');
const BIN = '/usr/lib/postgresql/15/bin';
const NAMES = ['one', 'two', 'three'];

/** Ports nobody listens on now. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => net.createServer());
  const listening = (server) => new Promise((done) => server.listen(0, '127.0.0.1', done));
  await Promise.all(servers.map(listening));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** PostgreSQL does not run as root: who it runs as instead. */
function unprivileged() {
  if (process.getuid() !== 0) return {};
  const id = (kind) => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** A process and all that came from it. */
function family(root) {
  const parents = new Map();
  for (const name of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      parents.set(Number(name), parent);
    } catch {
      // It ended meanwhile.
    }
  }
  const found = parents.has(root) ? [root] : [];
  for (let at = 0; at < found.length; at += 1) {
    for (const [child, parent] of parents) if (parent === found[at]) found.push(child);
  }
  return found;
}

function signal(pids, name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It ended meanwhile.
    }
  }
}

class Member {
  constructor(cluster, name, [port, api]) {
    Object.assign(this, { cluster, name, port, api });
    this.data = path.join(cluster.folder, name);
    this.log = path.join(cluster.folder, `${name}.log`);
    const words = { NAME: name, PORT: port, API: api, ETCD: cluster.etcdPort, DATA: this.data };
    const text = Object.entries({ ...words, SOCKETS: cluster.folder }).reduce(
      (all, [word, value]) => all.replaceAll(`{${word}}`, String(value)),
      cluster.synchronous ? TEMPLATE : TEMPLATE.replace(/(synchronous_mode\w*): true/g, '$1: false'),
    );
    fs.writeFileSync(`${this.data}.yml`, text);
  }

  start() {
    this.patroni = this.cluster.run('patroni', [`${this.data}.yml`], this.log);
  }

  /** PostgreSQL's first process; nothing if it does not run. */
  postmaster() {
    try {
      const pid = Number(fs.readFileSync(path.join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
      const name = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return name.includes(this.data) ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  patroniPids() {
    const server = new Set(this.postgresPids());
    return family(this.patroni.pid).filter((pid) => !server.has(pid));
  }

  postgresPids() {
    const postmaster = this.postmaster();
    return postmaster ? family(postmaster) : [];
  }

  all() {
    return [...new Set([...this.patroniPids(), ...this.postgresPids()])];
  }
}

export class Cluster {
  members = [];
  #etcd;
  #user = unprivileged();

  /** @param {boolean} synchronous whether commits wait for a standby */
  static async start(folder, synchronous) {
    const cluster = new Cluster();
    Object.assign(cluster, { folder, synchronous });
    if (cluster.#user.uid) fs.chownSync(folder, cluster.#user.uid, cluster.#user.gid);
    const [client, peer, ...ports] = await freePorts(8);
    cluster.etcdPort = client;
    const [here, there] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
    cluster.#etcd = cluster.run(
      'etcd',
      ['--name', 'only', '--data-dir', path.join(folder, 'etcd'), '--log-level', 'error']
        .concat(['--listen-client-urls', here, '--advertise-client-urls', here])
        .concat(['--listen-peer-urls', there, '--initial-advertise-peer-urls', there])
        .concat(['--initial-cluster', `only=${there}`, '--unsafe-no-fsync', '--enable-v2']),
      path.join(folder, 'etcd.log'),
    );
    cluster.members = NAMES.map((name, at) => {
      return new Member(cluster, name, ports.slice(2 * at, 2 * at + 2));
    });
    for (const member of cluster.members) member.start();
    await cluster.whole();
    cluster.sql("create role ieum login; create database ieum owner ieum encoding 'UTF8'");
    return cluster;
  }

  /** Starts a program as the unprivileged user. */
  run(program, args, log) {
    const out = fs.openSync(log, 'a');
    const options = { cwd: this.folder, stdio: ['ignore', out, out], detached: true };
    const env = { ...process.env, HOME: this.folder };
    const child = spawn(program, args, { ...options, ...this.#user, env });
    fs.closeSync(out);
    child.on('error', (error) => fs.appendFileSync(log, `${program}: ${error.message}\n`));
    return child;
  }

  /** The URL the hubs are given: every member, whoever leads. */
  url() {
    const hosts = this.members.map((member) => `127.0.0.1:${member.port}`).join(',');
    return `postgres://ieum@${hosts}/ieum?target_session_attrs=read-write`;
  }

  /** What the members say of the cluster; nothing if none answers. */
  async view() {
    const asked = this.members.map(async (member) => {
      const address = `http://127.0.0.1:${member.api}/cluster`;
      const answer = await fetch(address, { signal: AbortSignal.timeout(2000) });
      return (await answer.json()).members;
    });
    const said = await Promise.allSettled(asked);
    return said.find((one) => one.status === 'fulfilled' && one.value)?.value ?? [];
  }

  /** The member that leads and works, by its own word. */
  async leader() {
    const asked = this.members.map(async (member) => {
      const address = `http://127.0.0.1:${member.api}/leader`;
      const answer = await fetch(address, { signal: AbortSignal.timeout(2000) });
      if (answer.status !== 200) throw new Error('a standby');
      return { member, timeline: (await answer.json()).timeline };
    });
    const said = (await Promise.allSettled(asked)).filter((one) => one.status === 'fulfilled');
    return said.map((one) => one.value).sort((a, b) => b.timeline - a.timeline)[0];
  }

  /** Waits until all three run on one timeline, one of them a synchronous standby. */
  async whole(seconds = 240) {
    const good = async () => {
      const view = await this.view();
      const running = view.filter((one) => /^(running|streaming)$/.test(one.state));
      const timelines = new Set(running.map((one) => one.timeline));
      const roles = running.map((one) => one.role).sort().join();
      const wanted = `leader,replica,${this.synchronous ? 'sync_standby' : 'replica'}`;
      return timelines.size === 1 && roles === wanted;
    };
    await until('the cluster is whole', async () => (await good()) || (await pause(300)), seconds);
  }

  /** The processes that take the leader's log on the standbys. */
  receivers() {
    const all = this.members.flatMap((member) => member.postgresPids());
    return all.filter((pid) => {
      try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('walreceiver');
      } catch {
        return false;
      }
    });
  }

  /** Runs SQL on the leader as superuser. */
  sql(text, database = 'postgres') {
    for (const member of this.members) {
      const args = ['-h', '127.0.0.1', '-p', member.port, '-U', 'postgres', '-At', '-v', 'ON_ERROR_STOP=1'];
      const psql = (sql, name) => {
        const more = ['-d', name, ...sql.split(';').flatMap((one) => ['-c', one])];
        return execFileSync(`${BIN}/psql`, [...args, ...more], { encoding: 'utf8', stdio: 'pipe' });
      };
      try {
        if (psql('select pg_is_in_recovery()', 'postgres').trim() !== 'f') continue;
      } catch {
        continue;
      }
      return psql(text, database).trim();
    }
    throw new Error('no member leads');
  }

  signal = signal;

  /** Ends everything that was started here, and waits until it is gone. */
  async stop() {
    const members = this.members.flatMap((member) => (member.patroni ? member.all() : []));
    const all = [...members, ...(this.#etcd ? family(this.#etcd.pid) : [])];
    signal(all, 'SIGKILL');
    const gone = () => all.every((pid) => !fs.existsSync(`/proc/${pid}/exe`) || zombie(pid));
    await until('the cluster is gone', gone, 20).catch(() => {});
  }
}

function zombie(pid) {
  try {
    return /\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}
