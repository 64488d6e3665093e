using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.Cli.SensorCommands;

/// <summary>Puts a calibration into a configuration file, in place of an earlier one of the same quantity.</summary>
internal static class ConfiguredCalibration
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <exception cref="CommandFailure">The file is no configuration with that sensor, holds comments, or cannot be written.</exception>
    public static void Put(string file, string sensor, JsonObject entry)
    {
        try
        {
            // Comments would be lost; then its owner adds the entry by hand, as it was printed.
            JsonNode? root = JsonNode.Parse(File.ReadAllText(file), documentOptions: new JsonDocumentOptions { AllowTrailingCommas = true });
            JsonObject found = root?["Sensing"]?["Sensors"]?.AsArray().OfType<JsonObject>()
                .FirstOrDefault(one => ((string?)one["Id"] ?? (string?)one["Chip"]) == sensor)
                ?? throw new CommandFailure(ExitCode.WrongUse, $"{file}: Sensing:Sensors has no sensor '{sensor}'.");
            if (found["Calibrations"] is not JsonArray calibrations)
            {
                found["Calibrations"] = calibrations = [];
            }

            calibrations.RemoveAll(one => (string?)one?["Quantity"] == (string?)entry["Quantity"]);
            calibrations.Add(entry.DeepClone());
            string written = file + ".new";
            File.WriteAllText(written, root!.ToJsonString(Indented) + Environment.NewLine);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(written, File.GetUnixFileMode(file));   // it may hold secrets
            }

            File.Move(written, file, overwrite: true);
        }
        catch (JsonException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"{file}:{error.LineNumber + 1}: it is not plain JSON (comments would be lost); add the entry by hand.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, $"{file}: {error.Message}", error);
        }
    }
}
