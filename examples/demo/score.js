// Scores one package of a Debian package index from its raw stanza: how much it pulls in, how
// tightly, and how much disk that costs. Called once for each record.
(record) => {
  const fields = {}
  let key = ''
  for (const line of record.stanza.split('\n')) {
    if (line.startsWith(' ')) {
      fields[key] += line
      continue
    }
    const colon = line.indexOf(':')
    key = line.slice(0, colon).toLowerCase()
    fields[key] = line.slice(colon + 1).trim()
  }

  const relations = (fields.depends ?? '').split(/\s*,\s*/).filter(Boolean).map((group) =>
    group.split(/\s*\|\s*/).map((one) => {
      const [name, operator = '', version = ''] = one.split(/[\s()]+/)
      return { name: name.split(':')[0], operator, version }
    }))
  const names = new Set(relations.flat().map((r) => r.name))
  const exact = relations.flat().filter((r) => r.operator === '=').length
  const alternatives = relations.filter((group) => group.length > 1).length

  const tags = (fields.tag ?? '').split(/\s*,\s*/).filter(Boolean).map((t) => t.split('::')[0])
  const size = Number(fields['installed-size'] ?? 0)
  const score = names.size * 2 + exact * 5 - alternatives + Math.log2(1 + size)

  return {
    package: fields.package,
    section: fields.section ?? 'unknown',
    depends: names.size,
    score: Math.round(score * 100) / 100,
    facets: [...new Set(tags)].sort(),
  }
}
