/**
 * In `sh`: `inputs` prints the files that a command would link, as they stand on its line, and `libraries` those of them
 * that are shared libraries.
 */

/** As linkers look for them: every folder of the line counts, for the libraries before it too. */
export const findLibraries = `libraries() {
  inputs "$@" | grep -E '[.]so([.][0-9]|$)'
}
inputs() {
  folders= before=
  for one; do
    case $before$one in
      -L-*) ;;
      -L*) folders="$folders \${one#-L}" ;;
    esac
    [ "$one" = -L ] && before=-L || before=
  done
  only= before=
  for one; do
    case $before$one in
      -o*|-z*|-m*|-y*|-dynamic-linker*|-soname*|-rpath*|-plugin*) ;;
      -static|-Bstatic|-dn) only=static ;;
      -Bdynamic|-dy) only= ;;
      -l:*) find_library "\${one#*:}" ;;
      -l?*) find_library "lib\${one#-l}.so" "lib\${one#-l}.a" ;;
      -*) ;;
      *) [ ! -f "$one" ] || echo "$one" ;;
    esac
    case $one in -o|-l|-z|-m|-y|-dynamic-linker|-soname|-h|-rpath|-rpath-link|-plugin) before=$one ;; *) before= ;; esac
  done
}
find_library() {
  for folder in $folders; do
    if [ -z "$only" ] && [ -f "$folder/$1" ]; then echo "$folder/$1"; return; fi
    if [ -n "\${2-}" ] && [ -f "$folder/$2" ]; then echo "$folder/$2"; return; fi
  done
}`;
