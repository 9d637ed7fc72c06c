import { setMaxListeners } from 'node:events';

/** What stops much that runs at once: many listeners are no leak of one's own. */
export function canceler(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
