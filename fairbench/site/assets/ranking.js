/* How a leaderboard ranks: numbers in, numbers out. Nothing here knows of a page. */
"use strict"

const Ranking = {
  /* Rows whose data set is chosen and whose method assumes nothing that is left out. */
  chosen(board, keys, without) {
    return board.rows.filter(
      (row) =>
        keys.every((value, k) => value === null || row.keys[k] === value) &&
        without.every((name) => !board.assumed[row.label][name])
    )
  },

  mean(values) {
    const there = values.filter((value) => value !== null)
    return there.length ? there.reduce((sum, value) => sum + value, 0) / there.length : null
  },

  /* The weighted mean of the measures, 1 being the best; null where one that counts is missing. */
  score(board, values, weights) {
    let sum = 0
    let all = 0
    for (const [k, measure] of board.measures.entries()) {
      if (!weights[k]) continue
      if (values[k] === null) return null
      sum += weights[k] * (measure.larger ? values[k] : 1 - values[k])
      all += weights[k]
    }
    return all ? sum / all : null
  },

  /* Methods, the best first; those that are not on every chosen data set have no place. */
  ranked(board, rows, weights) {
    const scored = rows
      .map((row) => ({ ...row, score: this.score(board, row.values, weights) }))
      .filter((row) => row.score !== null)
    const every = new Set(scored.map((row) => row.keys.join("\n"))).size
    const labels = [...new Set(scored.map((row) => row.label))]
    const found = labels.map((label) => {
      const mine = scored.filter((row) => row.label === label)
      return {
        label,
        score: this.mean(mine.map((row) => row.score)),
        values: board.measures.map((_, k) => this.mean(mine.map((row) => row.values[k]))),
        limit: this.mean(mine.map((row) => row.limit)),
        edge: this.mean(mine.map((row) => row.edge)),
        sets: mine.length,
        whole: mine.length === every,
      }
    })
    found.sort((a, b) => b.whole - a.whole || b.score - a.score)
    found.forEach((row, k) => (row.place = row.whole ? k + 1 : null))
    return found
  },

  /* Who is first as the share of one measure goes from 0 to 1, the others keeping their proportions:
     stretches of the share with the label that is first there. */
  firsts(board, rows, weights, k) {
    const rest = weights.reduce((sum, weight, i) => sum + (i === k ? 0 : weight), 0)
    const stretches = []
    for (let step = 0; step <= 50; step++) {
      const share = step / 50
      const given = weights.map((weight, i) =>
        i === k ? share : rest ? ((1 - share) * weight) / rest : 0
      )
      const first = this.ranked(board, rows, given)[0]
      if (!first || !first.whole) continue
      const last = stretches.at(-1)
      if (last && last.label === first.label) last.to = share
      else stretches.push({ label: first.label, from: share, to: share })
    }
    return stretches
  },

  /* Python that gives a number of the page anew from the table. */
  recipe(board, label, column, keys) {
    const text = (value) => JSON.stringify(value)
    const known = keys.flatMap((value, k) => (value === null ? [] : [[board.keys[k], value]]))
    const only = ([name, value]) => {
      if (value === "") return `rows = rows[rows[${text(name)}].isna()]`
      const number = !Number.isNaN(Number(value))
      return `rows = rows[rows[${text(name)}] == ${number ? Number(value) : text(value)}]`
    }
    const sets = `sets = rows.groupby(${text(board.keys)}, dropna=False)`
    return [
      "import pandas as pd",
      `rows = pd.read_csv(${text(board.path)})`,
      ...Object.entries(board.only).map(only),
      sets,
      `rows = rows[sets[${text(board.label)}].transform("nunique") > 1]  # with rivals`,
      ...[...known, [board.label, label]].map(only),
      sets,
      `print(sets[${text(column)}].mean().mean())`,
    ].join("\n")
  },
}
