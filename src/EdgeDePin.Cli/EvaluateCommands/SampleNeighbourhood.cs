using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary>A neighbourhood to simulate, as a file.</summary>
/// <param name="Tariff">Hours and prices.</param>
/// <param name="Sell">What the grid pays for a kilowatt-hour.</param>
/// <param name="Latitude">Degrees, of the simulated sky.</param>
internal sealed record SampleNeighbourhood(string Tariff, double Sell, double Latitude, IReadOnlyList<SampleSite> Sites)
{
    /// <exception cref="CommandFailure">A number that no house has; the message names site, value and remedy.</exception>
    public void Check()
    {
        foreach (SampleSite site in Sites)
        {
            foreach ((string name, double value) in new[]
            {
                ("mean load, kW", site.MeanKilowatts), ("panels, kW", site.SolarKilowatts), ("battery, kWh", site.BatteryKilowattHours), ("battery, kW", site.BatteryKilowatts),
            })
            {
                if (!(value is >= 0 and <= 1e6))
                {
                    throw new CommandFailure(ExitCode.WrongUse, FormattableString.Invariant($"{site.Name}: {name} is {value}; use 0 to 1000000."));
                }
            }
        }

        if (!(Math.Abs(Sell) <= 1e6) || !(Math.Abs(Latitude) <= 90))
        {
            throw new CommandFailure(ExitCode.WrongUse, FormattableString.Invariant($"the grid pays {Sell} at latitude {Latitude}; use a price below 1000000 and -90 to 90 degrees."));
        }
    }

    /// <exception cref="CommandFailure">The file is missing, or no neighbourhood.</exception>
    public static SampleNeighbourhood Read(string file)
    {
        try
        {
            SampleNeighbourhood? read = JsonSerializer.Deserialize(File.ReadAllText(file), SampleJson.Default.SampleNeighbourhood);
            return read is { Sites.Count: > 1 and <= 64 }
                ? read
                : throw new CommandFailure(ExitCode.WrongUse, $"{file}: a neighbourhood has 2 to 64 sites; see deployment/neighbourhoods/sample.json.");
        }
        catch (JsonException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"{file}:{error.LineNumber + 1}: {error.Message} See deployment/neighbourhoods/sample.json.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, $"--neighbourhood '{file}' cannot be read: {error.Message}", error);
        }
    }
}

/// <summary>One of its sites.</summary>
/// <param name="Load">Column of the series.</param>
/// <param name="MeanKilowatts">What the column is scaled to.</param>
/// <param name="SolarKilowatts">Peak of its panels; 0: none.</param>
/// <param name="Seed">Of its sky; equal seeds stand under the same one.</param>
internal sealed record SampleSite(
    string Name, string Load, double MeanKilowatts, double SolarKilowatts, int Seed, double BatteryKilowattHours, double BatteryKilowatts);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SampleNeighbourhood))]
internal sealed partial class SampleJson : JsonSerializerContext;
