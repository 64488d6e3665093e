using System.Globalization;

namespace EdgeDePin.Execution;

/// <summary>
/// Which function a task runs: <c>name@version</c>. Two nodes that know the same kind compute the same bytes from the same
/// input, so a new version is a new kind.
/// </summary>
public readonly record struct TaskKind
{
    /// <param name="name">1 to 64 characters of a-z, 0-9 and '-', beginning with a letter.</param>
    /// <param name="version">From 1.</param>
    /// <exception cref="FormatException">The name or the version is outside its range.</exception>
    public TaskKind(string name, int version)
    {
        ArgumentNullException.ThrowIfNull(name);
        bool valid = name.Length is > 0 and <= 64 && char.IsAsciiLetterLower(name[0])
            && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');
        if (!valid || version < 1)
        {
            throw new FormatException($"'{name}@{version}' is no task kind: name of a-z, 0-9, '-', then '@', then a version from 1.");
        }

        Name = name;
        Version = version;
    }

    public string Name { get; }

    public int Version { get; }

    /// <exception cref="FormatException">Not <c>name@version</c>.</exception>
    public static TaskKind Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int version)
            ? new TaskKind(text[..at], version)
            : throw new FormatException($"'{text}' is no task kind: expected name@version, such as rolling-backtest@1.");
    }

    public override string ToString() => $"{Name}@{Version}";
}
