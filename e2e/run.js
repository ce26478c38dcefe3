/**
 * `npm test`: makes the Python environment the client tests need, then runs every test file, one
 * after the other, each with a hub of its own. Names of files (without `.test.js`) run only those.
 */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const VENV = path.join(HERE, '.venv');

/** Runs a program in this folder; what it prints is seen. */
function run(program, ...words) {
  const { status, error } = spawnSync(program, words, { cwd: HERE, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** A fresh environment whenever the list of packages is another one. */
function python() {
  const list = fs.readFileSync(path.join(HERE, 'requirements.txt'), 'utf8');
  const done = path.join(VENV, 'requirements.txt');
  if (fs.existsSync(done) && fs.readFileSync(done, 'utf8') === list) return;
  fs.rmSync(VENV, { recursive: true, force: true });
  run('python3', '-m', 'venv', VENV);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  run(path.join(VENV, 'bin/python'), ...pip, '-r', 'requirements.txt');
  fs.writeFileSync(done, list);
}

const folder = path.join(HERE, 'test');
const all = fs.readdirSync(folder).filter((name) => name.endsWith('.test.js'));
const wanted = process.argv.slice(2).map((name) => `${name}.test.js`);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`no such test: ${unknown} (there are: ${all})`);
const files = wanted.length > 0 ? wanted : all;

if (files.includes('clients.test.js')) python();
const options = ['--test', '--test-reporter=spec', '--test-concurrency=1', '--test-timeout=600000'];
run(process.execPath, ...options, ...files.map((name) => path.join('test', name)));
