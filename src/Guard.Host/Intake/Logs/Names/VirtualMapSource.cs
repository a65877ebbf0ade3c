namespace Guard.Host.Intake.Logs.Names;

/// <summary>
/// The table that <c>intake.logs.virtual-map</c> names: a text file, or a table of Postfix's (<c>hash:/etc/postfix/virtual</c>,
/// <c>mysql:/etc/postfix/virtual.cf</c>). Of indexed files the text beside them
/// is read, as postmap does; what has none is asked.
/// </summary>
public sealed class VirtualMapSource
{
    private readonly string _name;
    private readonly string _file;
    private readonly PostmapQuery? _query;
    private (long Length, DateTime Written) _seen;

    /// <param name="name">As the configuration has it; empty: there is none.</param>
    public VirtualMapSource(string name, TimeProvider? time = null)
    {
        _name = name;
        var colon = name.IndexOf(':');
        var type = colon > 0 && !name.StartsWith('/') ? name[..colon] : "";
        _file =
            type.Length == 0 ? name
            : type is "hash" or "btree" or "lmdb" or "cdb" or "dbm" or "texthash" or "sdbm" ? name[(colon + 1)..]
            : "";
        if (type.Length > 0 && !File.Exists(_file))
            (_file, _query) = ("", new PostmapQuery(name, time ?? TimeProvider.System));
    }

    /// <summary>Whether names are asked for one by one.</summary>
    public bool Asks => _query is not null;

    /// <exception cref="FormatException">The file cannot be read.</exception>
    public VirtualMap Read()
    {
        if (_file.Length == 0)
            return VirtualMap.Empty;
        try
        {
            _seen = Look();
            return VirtualMap.Read(File.ReadLines(_file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{_name}: {failure.Message}", failure);
        }
    }

    /// <summary>Whether the file is another one than was read.</summary>
    public bool Changed => _file.Length > 0 && Look() is { Length: >= 0 } now && now != _seen;

    public string? Find(string name) => _query?.Find(name) is { } value ? VirtualMap.Single(value) : null;

    private (long Length, DateTime Written) Look()
    {
        var file = new FileInfo(_file);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : (-1, default);
    }
}
