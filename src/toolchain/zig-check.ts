/**
 * Zig links with whatever glibc its target names, and with one of its own choice where that names none. A library of a newer
 * release is then told as symbols that are undefined (`dlopen@GLIBC_2.34`), after Zig has made all that it links with. This
 * script, in front of `zig cc` and its like, looks at the libraries first. Environments with Zig have no binutils, so
 * what a library asks for is read as text.
 */
import { findLibraries } from './find-libraries.ts';

/** `zig` is where the real one is. */
export function checkingZig(zig: string): string {
  return `#!/bin/sh
# zig, which tells what was built for a newer glibc than that of its target.
set -f
case \${1-} in cc|c++|build-exe|build-lib) ;; *) exec ${zig} "$@" ;; esac
target= before= links=yes
for one; do
  case $before$one in
    -target[!=]*) target=$one ;;
    -target=*|--target=*) target=\${one#*=} ;;
    -c|-S|-E|-M|-MM|-fsyntax-only) links= ;;
  esac
  [ "$one" = -target ] && before=-target || before=
done
case $links$target in yes*-linux-gnu*) ;; *) exec ${zig} "$@" ;; esac
${findLibraries}
own() {
  ${zig} build-exe --show-builtin -target "$target" 2>/dev/null | grep -A 2 '\\.glibc = ' | sed -n 's/.*minor = \\([0-9]*\\).*/\\1/p'
}
newer() {
  libraries "$@" | while read -r file; do
    name=\${file##*/}
    case \${name%%.so*} in libc|libm|libpthread|libdl|librt|libutil|libresolv) continue ;; esac
    need=$(grep -ao 'GLIBC_2\\.[0-9]*' "$file" | sed 's/.*\\.//' | sort -n | tail -n 1)
    [ -n "$need" ] || continue
    case $target in
      *-*.2.*) has=\${target##*.2.} has=\${has%%.*} but="$target has 2.$has" ;;
      *) has=$(own) but="$target names none, for which zig takes 2.$has" ;;
    esac
    [ "$need" -gt "\${has:-99}" ] || continue
    echo "targetry: $file was built for glibc 2.$need, and $but"
    echo "targetry: take its build of an older release; or name the floor, -target \${target%.2.*}.2.$need, and promise glibc:2.$need"
  done
}
said=$(newer "$@")
[ -z "$said" ] || { echo "$said" >&2; exit 1; }
exec ${zig} "$@"
`;
}
