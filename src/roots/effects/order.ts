/**
 * What packages' scripts would have done to a fresh root, done natively. An effect looks only at what the packages
 * brought, so one that has nothing to do does nothing; they are applied in this order, and the database, which
 * describes the packages alone, comes last.
 */
import { accounts } from './accounts.ts';
import { authentication } from './authentication.ts';
import { alternatives } from './alternatives.ts';
import { baseFiles } from './base-files.ts';
import { certificates } from './certificates.ts';
import { compilerCache } from './compiler-cache.ts';
import { defaults } from './defaults.ts';
import { dpkgDatabase } from './dpkg-database.ts';
import { firstFiles } from './first-files.ts';
import { loaderCache } from './loader-cache.ts';
import { nameServices } from './name-services.ts';
import { services } from './services.ts';
import { shells } from './shells.ts';
import { timeZone } from './time-zone.ts';
import type { Effect } from './effect.ts';

export const EFFECTS: readonly Effect[] = [
  baseFiles,
  defaults,
  accounts,
  firstFiles,
  nameServices,
  shells,
  timeZone,
  alternatives,
  certificates,
  compilerCache,
  authentication,
  services,
  loaderCache,
  dpkgDatabase,
];
