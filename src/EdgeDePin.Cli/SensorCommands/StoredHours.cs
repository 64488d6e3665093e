using System.Globalization;
using System.Text.Json;
using EdgeDePin.Model;

namespace EdgeDePin.Cli.SensorCommands;

/// <summary>What a node's store knows of a sensor, hour by hour: medians, which single readings that cannot be right do not move.</summary>
/// <param name="store">The address of a running node, or the data folder of a stopped one.</param>
internal sealed class StoredHours(string store, Quantity quantity, int days)
{
    private const string Option = "--store";

    /// <param name="sensor"><c>SENSOR</c> or <c>NODE/SENSOR</c>.</param>
    /// <exception cref="CommandFailure">The store cannot be asked, or knows nothing of it.</exception>
    public async Task<SortedDictionary<DateTime, double>> ReadAsync(string sensor, CancellationToken cancellationToken)
    {
        // Down to nodes: two sensors of one name on two nodes are not one sensor.
        JsonElement[] series = await AskAsync(string.Create(CultureInfo.InvariantCulture,
            $"SELECT median(\"{quantity.Field}\") FROM \"{quantity.Measurement}\" WHERE {Of(sensor)} AND time > now() - {days}d GROUP BY time(1h), node"), cancellationToken);
        if (series.Length > 1)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"{Option} {store}: '{sensor}' is a sensor of {string.Join(" and ", series.Select(NodeOf))}; say which, as NODE/{sensor}.");
        }

        var hours = new SortedDictionary<DateTime, double>();
        foreach (JsonElement row in series.SelectMany(one => one.GetProperty("values").EnumerateArray()))
        {
            if (row[1].ValueKind == JsonValueKind.Number)
            {
                hours[DateTime.Parse(row[0].GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)] = row[1].GetDouble();
            }
        }

        return hours.Count > 0 ? hours : throw new CommandFailure(ExitCode.WrongUse,
            $"{Option} {store}: it has no {quantity} of '{sensor}' in the last {days} days; 'edgedepin query \"SHOW TAG VALUES FROM {quantity.Measurement} WITH KEY = sensor\"' tells what it has, --days asks for more.");
    }

    /// <summary>The calibration that was in force when the module was last started with one; null where there never was any.</summary>
    public async Task<string?> CalibrationAsync(string sensor, CancellationToken cancellationToken)
    {
        JsonElement[] series = await AskAsync(
            $"SELECT last(provenance) FROM calibration WHERE {Of(sensor)} AND quantity = '{quantity.Name}'", cancellationToken);
        return series.Length == 0 ? null : series[0].GetProperty("values")[0][1].GetString();
    }

    private async Task<JsonElement[]> AskAsync(string query, CancellationToken cancellationToken)
    {
        byte[] answer = await NodeQuery.OfAsync(Option, store, query, cancellationToken);
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            JsonElement root = document.RootElement;
            JsonElement result = root.TryGetProperty("error", out _) ? root : root.GetProperty("results")[0];
            return result.TryGetProperty("error", out JsonElement error)
                ? throw new CommandFailure(ExitCode.Environment, $"{Option} {store}: {error.GetString()}")
                : result.TryGetProperty("series", out JsonElement series) ? [.. series.EnumerateArray().Select(one => one.Clone())] : [];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new CommandFailure(ExitCode.Environment, $"{Option} {store}: it does not answer as a node does; write the address of one, such as http://127.0.0.1:8080, or its data folder.", error);
        }
    }

    private static string NodeOf(JsonElement series) => series.GetProperty("tags").GetProperty("node").GetString() ?? "";

    private static string Of(string sensor)
    {
        int slash = sensor.IndexOf('/', StringComparison.Ordinal);
        try
        {
            string id = new SensorId(sensor[(slash + 1)..]).Value;
            return slash < 0 ? $"sensor = '{id}'" : $"sensor = '{id}' AND node = '{new SensorId(sensor[..slash]).Value}'";
        }
        catch (FormatException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"'{sensor}' is no sensor of a store: write SENSOR or NODE/SENSOR ({error.Message})", error);
        }
    }
}
