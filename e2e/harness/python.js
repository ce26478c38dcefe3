/** Python environments for what other people wrote in Python. */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Runs a program in a folder; what it prints is seen. */
function run(folder, program, ...words) {
  const { status, error } = spawnSync(program, words, { cwd: folder, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * The Python of `folder/.venv`, with what `folder/requirements.txt` lists; made afresh whenever the
 * list is another one.
 */
export function python(folder) {
  const venv = path.join(folder, '.venv');
  const program = path.join(venv, 'bin/python');
  const list = fs.readFileSync(path.join(folder, 'requirements.txt'), 'utf8');
  const done = path.join(venv, 'requirements.txt');
  if (fs.existsSync(done) && fs.readFileSync(done, 'utf8') === list) return program;
  fs.rmSync(venv, { recursive: true, force: true });
  run(folder, 'python3', '-m', 'venv', venv);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  run(folder, program, ...pip, '-r', 'requirements.txt');
  fs.writeFileSync(done, list);
  return program;
}
