namespace Guard.Host.Enforcement.DovecotDenyFile;

/// <summary>Whether Dovecot reads a deny file, by what doveconf(1) says of its passdbs.</summary>
public static class DenyFileReader
{
    /// <param name="configuration">The output of <c>doveconf -n</c>, of 2.3 or 2.4.</param>
    /// <param name="file">The deny file's path.</param>
    public static bool Reads(string configuration, string file)
    {
        var (denies, named, depth, passdb) = (false, false, 0, 0);
        foreach (var line in configuration.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[^1] == '{')
            {
                depth++;
                if (line.Split(' ', 2)[0] == "passdb")
                    (denies, named, passdb) = (false, false, depth);
            }
            else if (line == "}")
            {
                if (depth-- == passdb && denies && named)
                    return true;
            }
            else if (passdb == depth && depth > 0 && line.Split('=', 2) is [var key, var value])
            {
                denies |= key.Trim() == "deny" && value.Trim() == "yes";
                // 2.3 has options before the path: username_format=%u /etc/dovecot/deny.
                named |= key.Trim() is "args" or "passwd_file_path" && value.Trim().Split(' ')[^1] == file;
            }
        }
        return false;
    }
}
