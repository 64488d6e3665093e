using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Quality;

namespace EdgeDePin.Sensors.Sampling;

/// <summary>What is done to the values of one sensor before anybody computes with them.</summary>
/// <param name="Calibrations">At most one for each quantity.</param>
/// <param name="IsCorrected">Whether PM2.5 gets <see cref="PurpleAirCorrection"/>, before calibration.</param>
/// <param name="HumidityFrom">Whose humidity that takes.</param>
/// <param name="WarmUp">So long after a start or a loss of power its values are suspect.</param>
/// <param name="Oversampling">A sample is the mean of so many questions; at least 1.</param>
/// <param name="DataClass">Who may see them, and so whether they are compared with those of other nodes.</param>
public sealed record Treatment(
    ImmutableArray<Calibration> Calibrations, bool IsCorrected, SensorId HumidityFrom, TimeSpan WarmUp, int Oversampling,
    SensorDataClass DataClass = SensorDataClass.LocalOnly)
{
    /// <summary>The name of the one correction that there is.</summary>
    public const string Correction = "epa-2021";

    /// <summary>Nothing: values as the chip gives them.</summary>
    public static Treatment None { get; } = new([], false, default, TimeSpan.Zero, 1);

    /// <exception cref="FormatException">The options cannot be meant; one line names chip, option, value and remedy.</exception>
    public static Treatment Of(SensorOptions options, SensorCatalogEntry entry, SensorId id)
    {
        string quantities = string.Join(", ", entry.Quantities.Select(quantity => quantity.Name));
        var calibrations = new List<Calibration>();
        foreach (CalibrationOptions one in options.Calibrations)
        {
            Quantity quantity = entry.Quantities.FirstOrDefault(quantity => quantity.Name == one.Quantity)
                ?? throw new FormatException($"{entry.Chip}: Calibrations: it does not measure '{one.Quantity}'; use one of {quantities}.");
            if (calibrations.Exists(other => other.Quantity == quantity))
            {
                throw new FormatException($"{entry.Chip}: Calibrations: two are of {quantity}; keep one.");
            }

            if (!(one.Slope is >= 0.2 and <= 5) || !double.IsFinite(one.Offset) || one.Provenance.Length is 0 or > 200)
            {
                throw new FormatException(
                    $"{entry.Chip}: Calibrations of {quantity}: use a Slope of 0.2 to 5 ({one.Slope} is given), a finite Offset, and a Provenance of 1 to 200 characters.");
            }

            calibrations.Add(new Calibration(quantity, one.Slope, one.Offset, one.Provenance));
        }

        if (options.Correction is { } correction && (correction != Correction || !PurpleAirCorrection.AppliesTo(entry.Chip)))
        {
            throw new FormatException(
                $"{entry.Chip}: Correction '{correction}': there is {Correction}, for pms5003 and pms5003t alone; on other sensors it makes values worse.");
        }

        if (options.PhaseMilliseconds < 0 || options.PhaseMilliseconds >= options.PeriodMilliseconds)
        {
            throw new FormatException($"{entry.Chip}: PhaseMilliseconds is {options.PhaseMilliseconds}; use 0 to below the period of {options.PeriodMilliseconds}.");
        }

        return options.Oversampling is >= 1 and <= 64
            ? new Treatment(
                [.. calibrations], options.Correction is not null, options.HumidityFrom is { } other ? new SensorId(other) : id,
                TimeSpan.FromSeconds(options.SleepBetweenSamples ? 0 : entry.WarmUpSeconds), options.Oversampling, options.DataClass)
            : throw new FormatException($"{entry.Chip}: Oversampling is {options.Oversampling}; use 1 to 64.");
    }
}
