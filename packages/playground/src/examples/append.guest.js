// Files in /data are everybody's: run this a few times, or press "Sequential
// against parallel" and watch the tree. Appends of workers at once lose nothing.
const number = globalThis.part ?? 0;
os.mkdir("/data/logs");

for (let line = 1; line <= 20; line++) {
  const log = std.open("/data/logs/all.txt", "a");
  log.puts(`task ${number}, line ${line}\n`);
  log.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
}
std.writeFile(`/data/logs/task-${number}.txt`, new Date().toISOString());

const [names] = os.readdir("/data/logs");
({
  files: names.filter((name) => !name.startsWith(".")),
  lines: std.loadFile("/data/logs/all.txt").trimEnd().split("\n").length,
})
