/**
 * Which symbols a link would take from a glibc that is too new, told before the linker runs: `ahead` goes through what is
 * on its line in the order of the line, as linkers do. Objects count whole, of an archive what something before it asked
 * for, and the first shared library that has a symbol gives it, in its default version.
 *
 * It may say nothing of what the link then shows: of what it can't read, and where the linker is told to drop or to
 * rename. It must not refuse what would be right, so weak symbols and what link time optimization may still drop don't
 * count.
 */
interface Tools {
  readonly nm: string;
  readonly readelf: string;
  /** Where the paths within a linker script begin; nothing for the root's own. */
  readonly sysroot: string;
  /** The second number of the newest glibc that is allowed. */
  readonly most: number;
}

/** Prints lines of `33 stat GLIBC_2.33 late.o`, the newest first. Needs `inputs`. */
export function lookAhead({ nm, readelf, sysroot, most }: Tools): string {
  return `ahead() {
  case " $* " in *" -r "*|*" -T "*|*--gc-sections*|*--wrap*|*--defsym*|*--just-symbols*) return ;; esac
  inputs "$@" | tables | awk '${followLine(most)}' | while read -r number symbol version unit; do
    optimized "\${unit%%[[(]*}" || echo "$number $symbol $version $unit"
  done | sort -k 1,1nr -k 2
}
tables() {
  set --
  while read -r file; do
    case $file in
      *.so|*.so.[0-9]*) linked "$@"; set --; shared "$file" ;;
      *) set -- "$@" "$file" ;;
    esac
  done
  linked "$@"
}
linked() {
  [ $# = 0 ] || { echo linked; ${nm} -A -P "$@" 2>&1; }
}
shared() {
  if [ "$(head -c 4 "$1" | tail -c 3)" = ELF ]; then
    echo shared
    ${readelf} --dyn-syms -W "$1"
  else
    tr -s '()\\n\\t ' '\\n' <"$1" | grep -E '^[^*].*\\.(so(\\.[0-9.]+)?|a)$' | while read -r named; do
      for there in "${sysroot}$named" "$named" "\${1%/*}/\${named##*/}"; do
        [ -f "$there" ] && echo "$there" && break
      done
    done | tables
  fi
}
optimized() {
  LC_ALL=C grep -qF -e .gnu.lto_ -e "$(printf 'BC\\300\\336')" "$1"
}`;
}

/** In `awk`. What \`nm\` says in other words, such as of a format it doesn't know, ends it. */
function followLine(most: number): string {
  return `
    function settle(  more, u) {
      do {
        more = 0
        for (u = 1; u <= units; u++) if (!taken[u] && (!archive || wanted(u))) { take(u); more = archive }
      } while (more)
      for (u = 1; u <= units; u++) { taken[u] = 0; asked[u] = 0; defined[u] = 0 }
      units = 0
    }
    function wanted(u,  i) {
      for (i = 1; i <= defined[u]; i++) if (open(defines[u, i])) return 1
      return 0
    }
    function open(name) { return name in asker && !(name in own) && !(name in from) }
    function take(u,  i) {
      taken[u] = 1
      for (i = 1; i <= defined[u]; i++) own[defines[u, i]] = 1
      for (i = 1; i <= asked[u]; i++) if (!(asks[u, i] in asker)) asker[asks[u, i]] = unit[u]
    }
    NF == 1 && ($1 == "linked" || $1 == "shared") { settle(); kind = $1; next }
    kind == "shared" {
      if (NF != 8 || $5 == "LOCAL" || $7 == "UND" || $7 == "Ndx") next
      at = index($8, "@")
      if (at && substr($8, at, 2) != "@@") next
      name = at ? substr($8, 1, at - 1) : $8
      if (!(name in from)) from[name] = at ? substr($8, at + 2) : "any"
      next
    }
    match($0, /: [^ ]+ [A-Za-z]( |$)/) {
      of = substr($0, 1, RSTART - 1)
      if (units == 0 || of != unit[units]) {
        file = of
        inside = sub(/\\[[^[]*\\]$/, "", file)
        if (file != before) { settle(); before = file; archive = inside }
        unit[++units] = of
      }
      split(substr($0, RSTART + 2), word, " ")
      if (word[2] == "U") asks[units, ++asked[units]] = word[1]
      else if (word[2] ~ /[A-Ziu]/) defines[units, ++defined[units]] = word[1]
      next
    }
    / no symbols$/ || NF == 0 { next }
    { unknown = 1; exit }
    END {
      if (unknown) exit
      settle()
      for (name in asker) if (!(name in own) && from[name] ~ /^GLIBC_2\\.[0-9]+$/) {
        number = substr(from[name], 9) + 0
        of = asker[name]
        if (sub(/\\[/, "(", of)) sub(/\\]$/, ")", of)
        if (number > ${most}) print number, name, from[name], of
      }
    }`;
}
