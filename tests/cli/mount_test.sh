#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --mount: files for guests, in a folder of the host or in memory.
. "$(dirname "$0")/lib.sh"

mkdir "$dir/in" "$dir/memory"
echo secret > "$dir/secret"
printf 'from the host' > "$dir/in/f"
ln -s ../secret "$dir/in/out"
ln -s f "$dir/in/link"

run eval --mount "/data=$dir/in" "std.loadFile('/data/f')"
is "reads" '0 "from the host"' "$code $(out)"
run eval --mount "/data=$dir/in" "std.writeFile('/data/g', 'from the guest')"
is "writes" "from the guest" "$(cat "$dir/in/g")"
run eval --mount "/data=$dir/in" "std.loadFile('/data/link')"
is "follows links inside" '"from the host"' "$(out)"
run eval --mount "/data=$dir/in" "[std.loadFile('/data/out'), os.open('/data/out', os.O_RDWR), os.stat('/data/out')[1], os.lstat('/data/out')[1]]"
is "but none that leads out" '[null,-13,13,0]' "$(out)"
run eval --mount "/data=$dir/in" "[std.loadFile('/data/../secret'), std.loadFile('$dir/secret')]"
is "nor other names" '[null,null]' "$(out)"
run eval --mount "/data=$dir/in:ro" "[std.loadFile('/data/f'), os.remove('/data/f'), os.open('/data/h', os.O_CREAT | os.O_RDWR)]"
is "read-only" '["from the host",-30,-30]' "$(out)"

run eval --mount /tmp=memory "std.writeFile('/tmp/f', 'x'); std.loadFile('/tmp/f')"
is "memory" '"x"' "$(out)"
run eval --mount /tmp=memory:1k "std.writeFile('/tmp/f', 'x'.repeat(2000))"
has "memory with a limit" "No space left on device" "$dir/err"
run eval --mount "/a=$dir/memory" "os.mkdir('/a/d')"
is "a folder called memory" "0 0" "$code $(out)"
[ -d "$dir/memory/d" ]
is "is a folder" 0 $?
run eval --mount "/data=$dir/in" --mount /tmp=memory "os.readdir('/')[0].sort()"
is "several" '[".","..","data","tmp"]' "$(out)"
run eval "typeof std"
is "none" '"undefined"' "$(out)"

run eval --mount "/data=$dir/none" 1
is "a folder that is not there" 3 "$code"
has "says which and where" "cannot mount /data: $dir/none: No such file or directory" "$dir/err"
run eval --mount "/data=$dir/secret" 1
is "a file" 3 "$code"
has "says so" "cannot mount /data: $dir/secret: Not a directory" "$dir/err"

echo "std.writeFile('/data/one', '1'); 1" > "$dir/one.js"
echo "std.loadFile('/data/one')" > "$dir/two.js"
run run -j1 --mount "/data=$dir/in" "$dir/one.js" "$dir/two.js"
has "run: later files see what earlier ones wrote" '"value":"1"' "$dir/out"
run run -j1 --mount /data=memory "$dir/one.js" "$dir/two.js"
has "run: in memory too" '"value":"1"' "$dir/out"
printf '1\n2\n3\n' > "$dir/n"
run map -j2 --mount /log=memory -e "r => { const f = std.open('/log/n', 'a'); f.puts(r + ','); f.close(); return r }" "$dir/n"
is "map" "1
2
3" "$(out)"
run map -j1 --mount "/log=$dir/in" -e "r => { const f = std.open('/log/n', 'a'); f.puts(r + ','); f.close(); return r }" "$dir/n"
is "map: on disk" "1,2,3," "$(cat "$dir/in/n")"
run eval --globals '{"a":1}' --mount "/data=$dir/in" "a + std.loadFile('/data/one')"
is "with globals" '"11"' "$(out)"
run eval --bootstrap "$dir/two.js" --mount "/data=$dir/in" 1
is "the bootstrap code has them too" "0 1" "$code $(out)"

# modules: code that lies in a mounted folder is called by its path there
mkdir -p "$dir/app/src" "$dir/app/node_modules/p" "$dir/app/over" "$dir/over"
echo "export const lib = import.meta.url" > "$dir/app/lib.mjs"
echo "exports.p = __filename" > "$dir/app/node_modules/p/index.js"
echo "import { lib } from '../lib.mjs'; import { p } from 'p'; export const v = [lib, p, import.meta.filename]" > "$dir/app/src/main.js"
want='{"v":["file:///app/lib.mjs","/app/node_modules/p/index.js","/app/src/main.js"]}'
run run --mount "/app=$dir/app" "$dir/app/src/main.js"
has "run a file of a mounted folder" "\"value\":$want" "$dir/out"
run run --mount "/app=$dir/app:ro" /app/src/main.js
has "run a file by its name in a mount" "\"file\":\"/app/src/main.js\",\"ok\":true,\"value\":$want" "$dir/out"
run eval --mount "/app=$dir/app" -f /app/src/main.js
is "eval -f too" "0 $want" "$code $(out)"
(cd "$dir/app/src" && "$QJSPOOL" eval --mount /app=.. -f main.js) > "$dir/out"
is "relative to where one is" "$want" "$(out)"
ln -s ../../secret "$dir/app/src/leads-out.js"
run eval --mount "/app=$dir/app" -f /app/src/leads-out.js
is "never through a link that leads out" 3 "$code"
run eval --mount "/app=$dir/app" -f /app/../secret
is "nor by dots" 3 "$code"
echo "export const f = import.meta.filename === '/app/over/x.js' || null" > "$dir/app/over/x.js"
run eval --mount "/app=$dir/app" --mount "/app/over=$dir/over" -f "$dir/app/over/x.js"
is "another mount hides it" '0 {"f":null}' "$code $(out | grep -v app)"
run eval --mount "/app=$dir/app" "(await import('p')).p"
is "code from the command line has the packages of mounts" '"/app/node_modules/p/index.js"' "$(out)"

conclude
