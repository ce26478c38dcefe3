/**
 * `npm test`: makes the Python environment the client tests need, then runs every test file, one
 * after the other, each with a hub of its own. Names of files (without `.test.js`) run only those.
 */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { python } from './harness/python.js';

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** Runs a program in this folder; what it prints is seen. */
function run(program, ...words) {
  const { status, error } = spawnSync(program, words, { cwd: HERE, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const folder = path.join(HERE, 'test');
const all = fs.readdirSync(folder).filter((name) => name.endsWith('.test.js'));
const wanted = process.argv.slice(2).map((name) => `${name}.test.js`);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`no such test: ${unknown} (there are: ${all})`);
const files = wanted.length > 0 ? wanted : all;

if (files.includes('clients.test.js')) python(HERE);
const options = ['--test', '--test-reporter=spec', '--test-concurrency=1', '--test-timeout=600000'];
run(process.execPath, ...options, ...files.map((name) => path.join('test', name)));
