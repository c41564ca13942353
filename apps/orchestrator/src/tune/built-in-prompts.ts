/**
 * What `foretoken tune` asks where no prompts are given: tasks that repeat what they were given, and tasks that do not,
 * since drafting pays on the former only and a mean over the former alone would flatter it.
 */
export const builtInPrompts: readonly string[] = [
  `Rename the variable \`total\` to \`sum\` in this code. Write the whole code.

def average(values, weights):
    total = 0
    weight_total = 0
    for value, weight in zip(values, weights):
        total = total + value * weight
        weight_total = weight_total + weight
    if weight_total == 0:
        return 0
    return total / weight_total`,
  `Extract every order as a JSON list of objects with the keys "order", "item", "color", "name" and "city".
Output only JSON.

Order 551: a red lamp for Ada Moreno from Oslo.
Order 552: a blue bag for Ben Okafor from Lima.
Order 553: a green chair for Chiara Lind from Graz.
Order 554: a white clock for Dan Petrov from Cork.`,
  `Table \`orders\` has the columns id, customer_id, status, total and created_at; table \`customers\` has id, name, city and
since. Write one SQL query that gives the names and cities of the ten customers with the highest sum of totals over their
paid orders since 2024-01-01, with that sum.`,
  `Quote the two sentences of this text that say why the bridge was closed, word for word, and then sum them up in one
sentence of your own.

The bridge at Halden was opened in 1911. In the spring of 1987 divers found that the second pier had sunk by four
centimetres. It was closed in the same week, since a load of more than ten tons could have broken the deck. Trains took
the northern line until 1990. Today only walkers and cyclists use it.`,
  'Write a short story of about one hundred words about a lighthouse keeper who finds a letter.',
  'A shop sells pens at 3 for 4 euros and notebooks at 7 euros each. Anna buys 12 pens and 5 notebooks and pays with a 100 euro note. How much change does she get? Think step by step.',
]
