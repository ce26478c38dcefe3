/**
 * `npm run swagger [PART]`: a demo hub of its own, and thousands of requests made from the official
 * description of V1's API (`run.py`). The description is not ours to hand on: the file
 * `IEUM_SWAGGER` names is taken, else one found beside this checkout; without one nothing is
 * tested, and that is said loudly. With PART only operations whose path has it are tested.
 */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Hub } from '../harness/hub.js';
import { python } from '../harness/python.js';

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** The description: `shared/spec/v1.openapi.json` in one of the folders this one is in. */
function description() {
  if (process.env.IEUM_SWAGGER) return process.env.IEUM_SWAGGER;
  for (let folder = HERE; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const file = path.join(folder, 'shared/spec/v1.openapi.json');
    if (fs.existsSync(file)) return file;
  }
  return undefined;
}

const file = description();
if (!file) {
  const text = 'NOT TESTED: no official description of the API here; IEUM_SWAGGER names it';
  console.log(`\n${'*'.repeat(text.length)}\n${text}\n${'*'.repeat(text.length)}\n`);
  process.exit(0);
}
const program = python(HERE);
const hub = await Hub.start();
const { status, error } = spawnSync(program, ['-W', 'ignore', 'run.py', file, ...process.argv.slice(2)], {
  cwd: HERE,
  input: JSON.stringify(hub.ready),
  stdio: ['pipe', 'inherit', 'inherit'],
  // The order of sets and the like is then the same every time.
  env: { ...process.env, PYTHONHASHSEED: '0' },
});
await hub.stop();
if (error) throw error;
process.exitCode = status ?? 1;
