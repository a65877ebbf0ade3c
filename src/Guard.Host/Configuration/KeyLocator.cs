using System.Text;

namespace Guard.Host.Configuration;

/// <summary>
/// Finds on which line of a HOCON text a key stands. Akka's parser keeps no positions; this one keeps nothing else, and is never used for values.
/// </summary>
public sealed class KeyLocator
{
    private readonly Dictionary<string, int> _lines = [];
    private readonly string _text;
    private int _at;
    private int _line = 1;

    private KeyLocator(string text) => _text = text;

    /// <summary>What is not closed at the end, with its line; null when all is.</summary>
    public (string What, int Line)? Unclosed { get; private set; }

    public static KeyLocator Read(string text)
    {
        var locator = new KeyLocator(text);
        locator.Object("", 0, root: true);
        return locator;
    }

    /// <summary>The line of the key, or of the nearest one it lies in; 0 when there is none.</summary>
    public int LineOf(string key)
    {
        while (key.Length > 0)
        {
            if (_lines.TryGetValue(key, out var line))
                return line;
            var cut = Math.Max(key.LastIndexOf('.'), key.LastIndexOf('['));
            key = cut < 0 ? "" : key[..cut];
        }
        return 0;
    }

    private void Object(string path, int opened, bool root = false)
    {
        while (true)
        {
            Blank(newlines: true);
            if (_at >= _text.Length)
            {
                if (!root)
                    Unclosed ??= ("{", opened);
                return;
            }
            if (_text[_at] == '}')
            {
                _at++;
                if (!root)
                    return;
                continue;
            }
            if (_text[_at] == '{' && root && path.Length == 0)
            {
                _at++;
                continue;
            }
            var line = _line;
            var key = Key();
            if (key.Length == 0)
            {
                Next();
                continue;
            }
            var full = path.Length == 0 ? key : $"{path}.{key}";
            for (var part = full; part.Length > path.Length; part = part[..Math.Max(0, part.LastIndexOf('.'))])
            {
                _lines.TryAdd(part, line);
                if (part.LastIndexOf('.') < 0)
                    break;
            }
            _lines[full] = line;
            Blank(newlines: false);
            if (_at < _text.Length && _text[_at] is '=' or ':')
                Next();
            else if (_at + 1 < _text.Length && _text[_at] == '+' && _text[_at + 1] == '=')
                _at += 2;
            Value(full);
        }
    }

    private string Key()
    {
        var key = new StringBuilder();
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c == '"')
                key.Append(Quoted());
            else if (c is '=' or ':' or '{' or '}' or '\n' or ',' or '#' or '[' or ']' || (c == '+' && _at + 1 < _text.Length && _text[_at + 1] == '='))
                break;
            else
            {
                key.Append(c);
                _at++;
            }
        }
        return key.ToString().Trim();
    }

    private void Value(string path)
    {
        while (true)
        {
            Blank(newlines: false);
            if (_at >= _text.Length)
                return;
            switch (_text[_at])
            {
                case '\n' or ',' or '}' or ']':
                    return;
                case '{':
                    _at++;
                    Object(path, _line);
                    break;
                case '[':
                    _at++;
                    Array(path, _line);
                    break;
                case '"':
                    Quoted();
                    break;
                case '$' when _at + 1 < _text.Length && _text[_at + 1] == '{':
                    while (_at < _text.Length && _text[_at] is not ('}' or '\n'))
                        _at++;
                    if (_at < _text.Length && _text[_at] == '}')
                        _at++;
                    break;
                default:
                    _at++;
                    break;
            }
        }
    }

    private void Array(string path, int opened)
    {
        for (var index = 0; ; index++)
        {
            Blank(newlines: true);
            if (_at >= _text.Length)
            {
                Unclosed ??= ("[", opened);
                return;
            }
            if (_text[_at] == ']')
            {
                _at++;
                return;
            }
            var before = _at;
            _lines.TryAdd($"{path}[{index}]", _line);
            Value($"{path}[{index}]");
            if (_at == before)
                Next();
        }
    }

    private string Quoted()
    {
        var opened = _line;
        if (string.CompareOrdinal(_text, _at, "\"\"\"", 0, 3) == 0)
        {
            var end = _text.IndexOf("\"\"\"", _at + 3, StringComparison.Ordinal);
            if (end < 0)
                Unclosed ??= ("\"\"\"", opened);
            var stop = end < 0 ? _text.Length : end + 3;
            var inside = _text[(_at + 3)..Math.Max(_at + 3, stop - 3)];
            while (_at < stop)
                Next();
            return inside;
        }
        _at++;
        var text = new StringBuilder();
        while (_at < _text.Length && _text[_at] != '"' && _text[_at] != '\n')
        {
            if (_text[_at] == '\\' && _at + 1 < _text.Length)
                _at++;
            text.Append(_text[_at]);
            _at++;
        }
        if (_at < _text.Length && _text[_at] == '"')
            _at++;
        else
            Unclosed ??= ("\"", opened);
        return text.ToString();
    }

    private void Blank(bool newlines)
    {
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c == '#' || (c == '/' && _at + 1 < _text.Length && _text[_at + 1] == '/'))
            {
                while (_at < _text.Length && _text[_at] != '\n')
                    _at++;
            }
            else if (c is ' ' or '\t' or '\r' || (newlines && c is '\n' or ','))
                Next();
            else
                return;
        }
    }

    private void Next()
    {
        if (_at < _text.Length && _text[_at++] == '\n')
            _line++;
    }
}
