using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeDePin.Simulation.Serving;
using Tomlyn;

namespace EdgeDePin.Simulation.Replay;

/// <summary>How the columns of a file that nobody prepared become what a chip finds around it. TOML or JSON, by the name of the file.</summary>
public sealed class ReplayMapping
{
    /// <summary>The series; relative to the mapping.</summary>
    public string File { get; set; } = "";

    /// <summary>The chip of the catalogue that it is replayed on, e.g. <c>bme280</c>.</summary>
    public string Chip { get; set; } = "";

    /// <summary>The sensor's id. Default: the chip.</summary>
    public string? Id { get; set; }

    /// <summary>Columns that make the instant together. A column is a name of the header, or its place: <c>#1</c>.</summary>
    public IList<string> Time { get; set; } = [];

    /// <summary>A .NET pattern, one of strftime, <c>unix</c>, <c>unixms</c> or <c>iso</c>; <c>DOY</c> is the day of the year. Default: <c>iso</c>.</summary>
    public string Format { get; set; } = "iso";

    /// <summary>The IANA time zone of the instants, e.g. <c>Europe/Berlin</c>. Default: UTC, or what stands beside them.</summary>
    public string? Zone { get; set; }

    /// <summary>Lines above the header, or above the first row. Default 0.</summary>
    public int Skip { get; set; }

    /// <summary>Whether the first line that is not skipped names the columns. Default true.</summary>
    public bool Header { get; set; } = true;

    /// <summary><c>blank</c> where columns are parted by any number of blanks. Default: the delimiter that is found.</summary>
    public string? Separator { get; set; }

    /// <summary>Codes that stand for no value, beside empty fields and words such as NA.</summary>
    public IList<string> Missing { get; set; } = [];

    /// <summary>Quantities of the chip. For a meter <c>load</c> alone will do (W): the others follow from it.</summary>
    public IDictionary<string, MappedValue> Values { get; set; } = new Dictionary<string, MappedValue>(StringComparer.Ordinal);

    internal static bool IsMapping(string path) =>
        Path.GetExtension(path).ToUpperInvariant() is ".TOML" or ".JSON";

    /// <exception cref="FormatException">No mapping; one line names the file, the place and the value.</exception>
    /// <exception cref="IOException">There is no such file.</exception>
    internal static ReplayMapping Read(string path)
    {
        string text = System.IO.File.ReadAllText(path);
        try
        {
            text = path.EndsWith(".toml", StringComparison.OrdinalIgnoreCase) ? TomlText.ToJson(text) : text;
            ReplayMapping mapping = JsonSerializer.Deserialize(text, MappingJson.Default.ReplayMapping) ?? new ReplayMapping();
            mapping.File = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, mapping.File);
            return mapping;
        }
        catch (TomlException error)
        {
            throw new FormatException($"{path}: {error.Message}", error);
        }
        catch (JsonException error)
        {
            throw new FormatException($"{path}: {error.Path}: {error.Message}", error);
        }
    }
}

/// <summary>Where a quantity comes from: a column, factor × column + offset, or a value that stays.</summary>
public sealed class MappedValue
{
    public string? Column { get; set; }

    public double Factor { get; set; } = 1;

    public double Offset { get; set; }

    public double? Value { get; set; }
}

[JsonSourceGenerationOptions(ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, PropertyNameCaseInsensitive = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ReplayMapping))]
internal sealed partial class MappingJson : JsonSerializerContext;
