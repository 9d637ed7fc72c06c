/** `2.36` of `1:2.36-9+deb12u7` and of `2.36-r0`: what the makers of the program call it; undefined for a single number. */
export function upstreamVersion(ofPackage: string | undefined): string | undefined {
  return /^(?:\d+:)?(\d+(?:\.\d+)+)/.exec(ofPackage ?? '')?.[1];
}
