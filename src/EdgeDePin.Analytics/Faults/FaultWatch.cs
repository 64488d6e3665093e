using System.Formats.Cbor;
using System.Globalization;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics.Faults;

/// <summary>
/// Watches one quantity of one sensor: every reading is judged when it comes, every hour gets a score with a reason. Constant work and some
/// hundred bytes. Not for several threads at once.
/// </summary>
/// <remarks>
/// A wrong reading is no broken sensor: a gust, a spider in a particle counter, a glitch on the bus are told by the quality of that reading. A score
/// rises when it goes on: three impossible values in a row, impossible steps in a quarter of an hour's readings, no movement for half of the time
/// that is certain, most of a day at the end of the scale, a distance to its neighbours that was not there before.
/// </remarks>
/// <param name="drift">Who compares it with its neighbours; null where there are none.</param>
public sealed class FaultWatch(SensorId sensor, Quantity quantity, DriftCheck? drift = null)
{
    /// <summary>At and above it a sensor is called broken.</summary>
    public const double Alarm = 0.5;

    private const int Confirmed = 3;
    private const double StepShare = 0.5;
    private const int FewestSteps = 3;

    private readonly QualityLimits _limits = QualityLimits.Of(quantity);
    private readonly ClockCheck _clock = new();
    private readonly SaturationCheck _saturation = new(QualityLimits.Of(quantity).Saturation);
    private readonly MovementCheck _movement = new(QualityLimits.Of(quantity));
    private long _hour = long.MinValue;
    private int _readings;
    private int _impossible;
    private int _impossibleInRow;
    private int _steps;
    private double _flat;
    private string? _clockDetail;
    private double _lastImpossible;

    /// <returns>Of the hour that this reading ended; null while the hour lasts.</returns>
    public FaultScore? Judge(double value, DateTimeOffset at)
    {
        long hour = at.UtcTicks / TimeSpan.TicksPerHour;
        FaultScore? ended = _hour != long.MinValue && hour != _hour ? Now : null;
        if (hour != _hour)
        {
            (_hour, _readings, _impossible, _steps, _flat, _clockDetail) = (hour, 0, 0, 0, 0, null);
        }

        _clockDetail = _clock.Judge(at) ?? _clockDetail;
        _readings++;
        if (!(value >= _limits.Lowest && value <= _limits.Highest))
        {
            (_impossible, _impossibleInRow, _lastImpossible) = (_impossible + 1, _impossibleInRow + 1, value);
            return ended;
        }

        _impossibleInRow = 0;
        _steps += _movement.IsStep(value, at) ? 1 : 0;
        _flat = _movement.Flatness(value, at);
        _saturation.Judge(value, at);
        drift?.Add(sensor, quantity, value, at);
        return ended;
    }

    /// <summary>Of the hour so far: who asks does not wait for its end.</summary>
    public FaultScore Now
    {
        get
        {
            (FaultReason worst, double score) = Worst();
            return new FaultScore(
                new DateTimeOffset(Math.Max(0, _hour) * TimeSpan.TicksPerHour, TimeSpan.Zero), score, score > 0 ? worst : null,
                score > 0 ? Detail(worst) : string.Empty);
        }
    }

    /// <summary>The score of the hour so far, without its words: cheap enough to ask after each reading.</summary>
    public double Score => Worst().Score;

    private (FaultReason Reason, double Score) Worst()
    {
        (FaultReason Reason, double Score) worst =
            (FaultReason.Range, _impossibleInRow >= Confirmed ? 1 : _impossible / (double)Math.Max(_readings, Confirmed));
        Consider(FaultReason.Clock, _clockDetail is null ? 0 : 1);
        Consider(FaultReason.Saturated, _saturation.Score);
        Consider(FaultReason.FlatLine, _flat);
        Consider(FaultReason.Drift, drift?.Score(sensor, quantity) ?? 0);
        Consider(FaultReason.Step, _steps < FewestSteps ? 0 : Math.Min(1, _steps / (double)_readings / StepShare));
        return worst;

        void Consider(FaultReason reason, double score) => worst = score > worst.Score ? (reason, score) : worst;
    }

    internal void Write(CborWriter writer)
    {
        writer.WriteStartArray(11);
        writer.WriteInt64(_hour);
        writer.WriteInt32(_readings);
        writer.WriteInt32(_impossible);
        writer.WriteInt32(_impossibleInRow);
        writer.WriteInt32(_steps);
        writer.WriteDouble(_flat);
        writer.WriteTextString(_clockDetail ?? string.Empty);
        writer.WriteDouble(_lastImpossible);
        _clock.Write(writer);
        _saturation.Write(writer);
        _movement.Write(writer);
        writer.WriteEndArray();
    }

    internal void Read(CborReader reader)
    {
        reader.ReadStartArray();
        (_hour, _readings, _impossible, _impossibleInRow) = (reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        (_steps, _flat) = (reader.ReadInt32(), reader.ReadDouble());
        _clockDetail = reader.ReadTextString() is { Length: > 0 } detail ? detail : null;
        _lastImpossible = reader.ReadDouble();
        _clock.Read(reader);
        _saturation.Read(reader);
        _movement.Read(reader);
        reader.ReadEndArray();
    }

    private string Detail(FaultReason reason) => reason switch
    {
        FaultReason.Range => string.Create(CultureInfo.InvariantCulture, $"{_impossible} of {_readings} readings impossible, such as {_lastImpossible:0.##} {quantity.Unit}"),
        FaultReason.Clock => _clockDetail!,
        FaultReason.Saturated => _saturation.Detail,
        FaultReason.FlatLine => _movement.FlatDetail,
        FaultReason.Drift => drift!.Detail(sensor, quantity),
        _ => $"{_steps} of {_readings} readings are steps that the quantity does not make",
    };
}
