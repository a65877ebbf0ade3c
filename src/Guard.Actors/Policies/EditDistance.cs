namespace Guard.Actors.Policies;

/// <summary>How far two words are apart, for suggestions behind a slip.</summary>
public static class EditDistance
{
    /// <summary>How many letters have to be changed, added or left out (V. I. Levenshtein, 1966).</summary>
    public static int Of(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
                corner = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
