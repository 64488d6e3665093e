using System.Text;

namespace EdgeDePin.Node;

/// <summary>What a module prints for <c>--help</c>: how it is called, and its settings from the page of the documentation.</summary>
internal static class ModuleHelp
{
    private const string Common = "All modules";

    public static bool IsAsked(string[] args) => args.Any(argument => argument is "--help" or "-h" or "-?");

    /// <param name="module">Its name in a manifest, such as <c>sensor</c>.</param>
    public static string Text(string module)
    {
        string program = $"{char.ToUpperInvariant(module[0])}{module[1..]}Module";
        var text = new StringBuilder($"""
            {program}: the {module} module of an EdgeDePin node. It runs until SIGTERM or Ctrl-C.

            Usage: {program} [--config FILE] [--SECTION:KEY VALUE]...

            Settings come from FILE (JSON), then from the module's twin, then from variables such as EDGEDEPIN_Node__Name=roof,
            then from arguments such as --Node:Name roof; later ones win.

            Exit codes: 0 stopped, 2 a setting is wrong, 3 a folder, a port or a bus is missing or failed.

            """);
        using var page = new StreamReader(typeof(ModuleHelp).Assembly.GetManifestResourceStream("settings.md")!);
        string chapter = "", section = "";
        while (page.ReadLine() is { } line)
        {
            (chapter, section) = line.StartsWith("## ", StringComparison.Ordinal) ? (line[3..], "")
                : line.StartsWith("### ", StringComparison.Ordinal) ? (chapter, line[4..].Trim('`')) : (chapter, section);
            if (section.Length > 0 && (chapter == Common || chapter == program))
            {
                Append(text, section, line);
            }
        }

        return text.ToString();
    }

    /// <summary>What a key takes, as the page says; null where the page has no such key.</summary>
    /// <param name="path">Such as <c>Sensing:Sensors:0:DataClass</c>.</param>
    public static string? Takes(string path)
    {
        string[] names = [.. path.Split(':').Where(name => !name.All(char.IsAsciiDigit))];
        string wanted = string.Join(':', names[..^1]);
        using var page = new StreamReader(typeof(ModuleHelp).Assembly.GetManifestResourceStream("settings.md")!);
        string section = "";
        while (page.ReadLine() is { } line)
        {
            section = line.StartsWith("### ", StringComparison.Ordinal) ? line[4..].Trim('`') : section;
            if (section == wanted && line.Split('|', StringSplitOptions.TrimEntries) is ["", var key, var value, ..] && key == $"`{names[^1]}`")
            {
                return value == "number" ? "a number" : value.Replace("`", "", StringComparison.Ordinal);
            }
        }

        return null;
    }

    // A heading, or a row of a table: | `Key` | value | meaning |
    private static void Append(StringBuilder text, string section, string line)
    {
        string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
        if (line.StartsWith("### ", StringComparison.Ordinal))
        {
            text.Append('\n').Append(section).Append('\n');
        }
        else if (cells is ["", ['`', ..] key, var value, var meaning, ..])
        {
            text.Append($"  --{section}:{key.Trim('`')} ({value.Replace("`", "", StringComparison.Ordinal)})\n      {meaning.Replace("`", "", StringComparison.Ordinal)}\n");
        }
    }
}
