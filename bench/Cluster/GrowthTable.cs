using System.Globalization;
using System.Text;

namespace Guard.Bench.Cluster;

/// <summary>A row for each thing measured, a column for each size, and by how much the row grew from the first size to the last.</summary>
internal sealed class GrowthTable(IReadOnlyList<int> sizes)
{
    private readonly List<(string Name, List<string> Words, List<double> Values)> _rows = [];
    private readonly Dictionary<string, int> _seen = [];
    private string _behind = "";

    /// <summary>Another size is measured from here on.</summary>
    public void Begin() => _behind = "";

    public void Add(string name, double value) => Add(name, value.ToString(value < 10 ? "0.##" : "N0", CultureInfo.InvariantCulture), value);

    public void Add(string name, SteadyQuestions.Answers answers) => Add(name, answers.ToString(), answers.Worst);

    /// <summary>What is called alike is told apart by what stands before it.</summary>
    private void Add(string name, string word, double value)
    {
        Console.Error.WriteLine($"  {name}: {word}");
        var key = $"{_behind}|{name}";
        if (!_seen.TryGetValue(key, out var row))
        {
            _seen[key] = row = _rows.Count;
            _rows.Add((name, [], []));
        }
        _rows[row].Words.Add(word);
        _rows[row].Values.Add(value);
        _behind = name;
    }

    public override string ToString()
    {
        var text = new StringBuilder("| known accounts |");
        foreach (var size in sizes)
            text.Append(CultureInfo.InvariantCulture, $" {size:N0} |");
        text.Append(
            CultureInfo.InvariantCulture,
            $" grew (size: {sizes[^1] / (double)sizes[0]:0.#}) |\n|---|{string.Concat(sizes.Select(_ => "---:|"))}---:|\n"
        );
        foreach (var (name, words, values) in _rows)
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {string.Join(" | ", words)} | {(values[0] > 0 ? (values[^1] / values[0]).ToString("0.#", CultureInfo.InvariantCulture) : "")} |\n"
            );
        return text.ToString();
    }
}
