namespace Guard.Host.Intake.Logs.Envelopes;

/// <summary>What container engines put around the lines that a container writes, and the joining of lines that they cut.</summary>
internal sealed class ContainerOutput
{
    /// <summary>A line longer than this is passed over.</summary>
    private const int Longest = 64 * 1024;

    private static readonly byte[][] MailWords =
    [
        .. new[] { "mail", "mailserver", "mailcow", "mailu", "smtp", "imap", "mx", "mta", "docker" }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    // Standard output and standard error are cut independently.
    private readonly byte[][] _partial =
    [
        [],
        [],
    ];
    private readonly int[] _length = [0, 0];

    /// <summary><c>name-1  | …</c> of <c>docker compose logs</c>: a name, blanks, a bar.</summary>
    public static bool SkipCompose(ref ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name)
    {
        name = default;
        var bar = line[..Math.Min(line.Length, 128)].IndexOf(" | "u8);
        if (bar <= 0)
            return false;
        name = line[..bar].TrimEnd((byte)' ');
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'-' or (byte)'_' or (byte)'.'))
                return false;
        }
        line = line[(bar + 3)..];
        return true;
    }

    /// <summary>Kubernetes' CRI, behind its stamp: <c>stdout F …</c>; P for a part of a line.</summary>
    public static bool SkipCri(ref ReadOnlySpan<byte> text, out int stream, out bool part)
    {
        stream = text.StartsWith("stderr "u8) ? 1 : 0;
        part = false;
        if (
            (stream == 0 && !text.StartsWith("stdout "u8))
            || text.Length < 9
            || text[7] is not ((byte)'F' or (byte)'P')
            || text[8] is not ((byte)' ' or (byte)':')
        )
            return false;
        part = text[7] == 'P';
        var blank = text[8..].IndexOf((byte)' ');
        if (blank < 0)
            return false;
        text = text[(9 + blank)..];
        return true;
    }

    /// <summary>Puts the parts of a line together; false as long as it has not ended.</summary>
    public bool TryJoin(ref ReadOnlySpan<byte> text, int stream, bool part)
    {
        if (!part && _length[stream] == 0)
            return true;
        var length = _length[stream] + text.Length;
        if (length <= Longest)
        {
            if (_partial[stream].Length < length)
                Array.Resize(ref _partial[stream], Math.Min(Longest, length * 2));
            text.CopyTo(_partial[stream].AsSpan(_length[stream]));
        }
        _length[stream] = Math.Min(length, Longest + 1);
        if (part)
            return false;
        _length[stream] = 0;
        text = length <= Longest ? _partial[stream].AsSpan(0, length) : [];
        return true;
    }

    /// <summary>
    /// Whether what bears this tag may be a container's output, with the envelope of the daemon inside: Docker's syslog driver tags it with the container's id,
    /// or with what the admin said, which names the daemon (<c>mailcow-dovecot</c>) or mail. Another program's text is never taken for a daemon's line.
    /// </summary>
    public static bool Carries(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> program)
    {
        if (IsId(tag))
            return true;
        var slash = program.IndexOfAny("/-"u8);
        var name = slash > 2 ? program[..slash] : program;
        if (name.Length > 2 && tag.IndexOf(name) >= 0)
            return true;
        while (!tag.IsEmpty)
        {
            var end = tag.IndexOfAny("-_./"u8);
            var word = end < 0 ? tag : tag[..end];
            foreach (var known in MailWords)
            {
                if (word.SequenceEqual(known))
                    return true;
            }
            tag = end < 0 ? default : tag[(end + 1)..];
        }
        return false;
    }

    /// <summary>
    /// The daemon that a container is for, by a word of its name, where it writes to its standard error with neither stamp nor tag: <c>sshd -e</c>, <c>dropbear
    /// -E</c>. Empty for none.
    /// </summary>
    public static ReadOnlySpan<byte> ProgramOf(scoped ReadOnlySpan<byte> container)
    {
        while (!container.IsEmpty)
        {
            var end = container.IndexOfAny("-_./"u8);
            var word = end < 0 ? container : container[..end];
            if (word.SequenceEqual("sshd"u8) || word.SequenceEqual("openssh"u8) || word.SequenceEqual("sftp"u8))
                return "sshd"u8;
            if (word.SequenceEqual("dropbear"u8))
                return "dropbear"u8;
            container = end < 0 ? default : container[(end + 1)..];
        }
        return default;
    }

    private static bool IsId(ReadOnlySpan<byte> tag)
    {
        if (tag.Length is not (12 or 64))
            return false;
        foreach (var c in tag)
        {
            if (c is not (>= (byte)'0' and <= (byte)'9' or >= (byte)'a' and <= (byte)'f'))
                return false;
        }
        return true;
    }
}
