/** A thread that searches parts of a log for the known failures; `searchedParts` is its other end. */
import { parentPort } from 'node:worker_threads';
import { knownFailures } from './known-failures.ts';

const known = knownFailures();
parentPort!.on('message', (part: Uint8Array) => parentPort!.postMessage(known.search(part)));
