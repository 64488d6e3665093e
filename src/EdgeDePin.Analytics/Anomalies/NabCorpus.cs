using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace EdgeDePin.Analytics.Anomalies;

/// <summary>
/// A folder in the layout of the Numenta Anomaly Benchmark: <c>group/name.csv</c> with the columns <c>timestamp,value</c>, and a
/// file of labels that gives for each of them the windows with anomalies.
/// </summary>
public static class NabCorpus
{
    /// <summary>A series of five minutes of ten years has a million rows.</summary>
    public const int MaxRows = 2_000_000;

    private const long MaxLabelBytes = 16_000_000;

    private static readonly string[] Stamps = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <returns>Every series that both the labels and the folder have, in the order of their names; and the labelled ones that the folder lacks.</returns>
    /// <exception cref="FormatException">A file is not what it should be; the message names file, line and value.</exception>
    /// <exception cref="IOException">The folder or a file cannot be read.</exception>
    public static (ImmutableArray<NabSeries> Series, ImmutableArray<string> Missing) Read(string folder, string labels)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder {folder}; name the one that holds the groups, NAB's 'data'.");
        }

        Dictionary<string, string[][]> windows = ReadLabels(labels);
        string[] names = [.. windows.Keys.Order(StringComparer.Ordinal)];
        string[] present = [.. names.Where(name => File.Exists(PathOf(folder, name)))];
        return present.Length == 0
            ? throw new FormatException($"{folder}: none of the {names.Length} series of {labels} is here; '{names.FirstOrDefault()}' would be {PathOf(folder, names.FirstOrDefault() ?? "group/name.csv")}.")
            : ([.. present.Select(name => ReadSeries(folder, name, windows[name], labels))], [.. names.Except(present)]);
    }

    private static string PathOf(string folder, string name) => name.Contains("..", StringComparison.Ordinal)
        ? throw new FormatException($"The name '{name}' in the labels leads out of the folder.")
        : Path.Combine([folder, .. name.Split('/')]);

    private static Dictionary<string, string[][]> ReadLabels(string file)
    {
        if (new FileInfo(file) is { Exists: true, Length: > MaxLabelBytes })
        {
            throw new FormatException($"{file} is larger than 16 MB; that is no file of labels.");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            return document.RootElement.EnumerateObject().ToDictionary(
                series => series.Name,
                series => series.Value.EnumerateArray()
                    .Select(window => window.ValueKind == JsonValueKind.Array && window.GetArrayLength() == 2
                        ? window.EnumerateArray().Select(end => end.GetString() ?? string.Empty).ToArray()
                        : throw new FormatException($"{file}: '{series.Name}' has '{window}' where a window [from, to] should be; NAB's combined_windows.json has them, combined_labels.json has not."))
                    .ToArray(),
                StringComparer.Ordinal);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"{file} is no file of labels: {error.Message} Expected {{\"group/name.csv\": [[\"from\", \"to\"], …]}}.", error);
        }
    }

    private static NabSeries ReadSeries(string folder, string name, string[][] windows, string labels)
    {
        string file = PathOf(folder, name);
        var instants = ImmutableArray.CreateBuilder<DateTimeOffset>();
        var values = ImmutableArray.CreateBuilder<double>();
        int line = 0;
        foreach (string text in File.ReadLines(file))
        {
            line++;
            if (text.Length == 0 || (line == 1 && text.StartsWith("timestamp", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            string[] parts = text.Split(',');
            if (parts.Length < 2 || !TryInstant(parts[0], out DateTimeOffset instant))
            {
                throw new FormatException($"{file}, line {line}: '{Short(text)}' is not 'timestamp,value' with a timestamp like 2014-04-01 00:05:00.");
            }

            if (!double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            {
                throw new FormatException($"{file}, line {line}: '{Short(parts[1])}' is no number; leave out rows without a value.");
            }

            instants.Add(instant);
            values.Add(value);
            if (values.Count > MaxRows)
            {
                throw new FormatException($"{file} has more than {MaxRows:N0} rows.");
            }
        }

        ImmutableArray<DateTimeOffset> all = instants.ToImmutable();
        return new NabSeries(name, all, values.ToImmutable(), [.. windows
            .Select(window => (From: Edge(window[0]), To: Edge(window[1]))).OrderBy(window => window.From)]);

        DateTimeOffset Edge(string text) => TryInstant(text, out DateTimeOffset edge) && all.Contains(edge)
            ? edge
            : throw new FormatException($"{labels}: '{name}' has a window that begins or ends at '{text}', which is no timestamp of {file}.");
    }

    private static bool TryInstant(string text, out DateTimeOffset instant) => DateTimeOffset.TryParseExact(
        text.Trim(), Stamps, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);

    private static string Short(string text) => text.Length > 60 ? string.Concat(text.AsSpan(0, 60), "…") : text;
}
