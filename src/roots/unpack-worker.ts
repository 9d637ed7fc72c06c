/** A thread that unpacks one package after the other; `Unpacker` is its other end. */
import { parentPort } from 'node:worker_threads';
import { unpackPackage, type UnpackOrder } from './unpack-package.ts';

parentPort?.on('message', (order: UnpackOrder) => {
  void unpackPackage(order).then((answer) => parentPort?.postMessage(answer));
});
