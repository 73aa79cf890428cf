// Names are data, whatever they look like; no path leads out of /data; and what
// a guest may store is limited.
const strange = ["<img src=x onerror=alert(1)>", "invoice\u202efdp.exe", "line\nbreak", "日本語.txt"];
const names = ["", "/../..", "/data/../etc/passwd", "//etc/passwd"];

os.mkdir("/data/strange");
const errors = [];
for (const name of strange) {
  const file = std.open(`/data/strange/${name}`, "w");
  if (file === null) { errors.push(name); continue; }
  file.puts("<script>alert(1)</script>");
  file.close();
}
const file = std.open("/data/strange/bomb", "w");
let written = 0;
while (file.write(new ArrayBuffer(2 ** 20), 0, 2 ** 20) === 2 ** 20 && !file.error()) written++;
file.close();
os.remove("/data/strange/bomb");

({ megabytesBeforeTheLimit: written, outside: names.map((name) => std.loadFile(name)), errors })
