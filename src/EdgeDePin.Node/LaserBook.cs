using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeDePin.Model;
using EdgeDePin.Sensors.AirQuality;
using EdgeDePin.Sensors.Sampling;

namespace EdgeDePin.Node;

/// <summary>
/// Keeps how long lasers have been on, in a file of the node: a module that is started anew goes on counting. What a laser does while no module
/// runs nobody knows; it is not counted.
/// </summary>
public sealed class LaserBook
{
    /// <summary>What is lost at a power cut, at most: a ten-thousandth of a life.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private const int MostBytes = 100_000;

    private readonly string _file;
    private readonly Dictionary<string, LaserClock> _lasers;

    // Of sensors that are not configured now: one that is only out for cleaning keeps its hours.
    private readonly Dictionary<string, KeptLaser> _kept;

    /// <param name="folder">Of the node; made when something is written.</param>
    /// <exception cref="FormatException">The file is not ours; the message names it and the remedy.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public LaserBook(string folder, IEnumerable<SamplingLoop> loops)
    {
        _file = Path.Combine(folder, "lasers.json");
        _lasers = loops.Where(loop => loop.Laser is not null).ToDictionary(loop => loop.Sensor.Value, loop => loop.Laser!, StringComparer.Ordinal);
        _kept = _lasers.Count > 0 && File.Exists(_file) ? Read() : [];
        foreach ((string sensor, LaserClock laser) in _lasers)
        {
            if (_kept.TryGetValue(sensor, out KeptLaser? earlier))
            {
                laser.GoOnFrom(new LaserUse(TimeSpan.FromHours(earlier.Hours), earlier.Cycles));
            }
        }
    }

    /// <summary>There is nothing to keep.</summary>
    public bool IsEmpty => _lasers.Count == 0;

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Write()
    {
        foreach ((string sensor, LaserClock laser) in _lasers)
        {
            LaserUse use = laser.Use;
            _kept[sensor] = new KeptLaser { Hours = use.On.TotalHours, Cycles = use.Cycles };
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        string written = _file + ".new";
        using (FileStream stream = File.Create(written))
        {
            JsonSerializer.Serialize(stream, _kept, LaserJson.Default.DictionaryStringKeptLaser);
            stream.Flush(flushToDisk: true);
        }

        File.Move(written, _file, overwrite: true);
    }

    private Dictionary<string, KeptLaser> Read()
    {
        try
        {
            Dictionary<string, KeptLaser>? kept = new FileInfo(_file).Length <= MostBytes
                ? JsonSerializer.Deserialize(File.ReadAllBytes(_file), LaserJson.Default.DictionaryStringKeptLaser)
                : null;
            return kept?.Values.All(one => one is { Hours: >= 0 and < 1e6, Cycles: >= 0 }) == true
                ? new Dictionary<string, KeptLaser>(kept, StringComparer.Ordinal)
                : throw new FormatException($"{_file}: it does not say how long lasers were on; remove it, and they count from 0.");
        }
        catch (JsonException error)
        {
            throw new FormatException($"{_file}:{error.LineNumber + 1}: {error.Message} Remove it, and lasers count from 0.", error);
        }
    }
}

/// <summary>A laser in the file.</summary>
internal sealed class KeptLaser
{
    public double Hours { get; set; }

    public long Cycles { get; set; }
}

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(Dictionary<string, KeptLaser>))]
internal sealed partial class LaserJson : JsonSerializerContext;
