/** A text that compressors like, and what their programs made of it. */
const WORDS =
  'a stream of bytes is read from its end towards its start and each code says which symbol comes next'.split(
    ' ',
  );

export function prose(): string {
  let seed = 1;
  let text = '';
  for (let count = 0; count < 300; count++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += `${WORDS[Math.floor(seed / 65_536) % WORDS.length]} `;
  }
  return text;
}

/** `zstd -19` */
export const PROSE_ZSTD = Buffer.from(
  'KLUv/QRoZQwAckcTEMC3AbvCtm2bRGQbV5VDOCfm/5dVfnm5l1/8mi/el8XIzaz+N4uA4iyykq5EbRNw3Yy/aJXBItyqmEcC' +
    'ktQkzVnRWuYn11VuXbQayRCAuKgxF0lBIcveARAQgUEKQtsghGCSwaQ57QFsGboIAs30HJwUQ0LcQmTyQEloAaqOuJkC2sSg' +
    'O20VG+BLJ1yS6opiWav/zYSGbLxarwwjUg7qx5fwhu0eAuXS6x2SQ98xICLeDGNry4CBxdUhKKK0jLGMk7+xtPHP6sNDAPXX' +
    '/IBcmpHUuhRHgyDqkDpC0uUhgCpk1afWiswrIJrNr5VmLgJ9h6pnT7/nCmw6KW2oWWOg6zU8gS0gCDS4HiN4WGviRsKsmqoO' +
    'cQQOEAkw9bjgkV4CV1lgwSUo1l7idSyxxAtz8sNBUxCkMUBxZxWP9hX1DK+OloI6c2G+bTriCrKQcYF63cB9dZlW32wYfaSA' +
    'mvf3WZqFt4J1YlIa2tGpmhko1DxOIA71rhJ4uoF1x95MrhQo4ZjViEVVlksDRjSUaA==',
  'base64',
);

/** `bzip2` */
export const PROSE_BZIP2 = Buffer.from(
  'QlpoOTFBWSZTWUgixKQAAQORgEAAP2ec4EACCFwMg09TQiRkMg09ChqqMQyFMmJkGRghUmk9QNGRWZx8aH9tWvVs3M6QpAIy' +
    'nirk1U7mhqr8xuprX7zzyrXSCs9eIvOB1sJF26G9gdBCaiH6bO9aYt6diUNGOtLxnCeaholH4nNahmt3jyt98zvHthWavU64' +
    'VccNvTVG+HA4tfImnRtRW2ni7mhiumzMzLMxhZFC0bIGtVxCghJRAHKOhNK7imVTj1ExUxFLVUUUYVfhiKqkomRPqByjwgbo' +
    'OAGENHgqKqqgaiouy9kDKHKoeheBdlEyKeaiooZmj8KYFx8iaaapqpIjK6QJA6FPaGwvtHdHcDAB0hsJp2PB9w/0ZI8o2o7C' +
    'VQrIysisRHkiahTJEJjGpWm2q7KEbMiTMGvZmZn5+8Zqi6E3VMo4AO6rwjsLpcinlXhU/i7kinChIJBFiUg=',
  'base64',
);
