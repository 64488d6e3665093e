using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Quality;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Sensors.Sampling;

/// <summary>A value between its driver and the store: corrected, calibrated, judged.</summary>
public sealed class ReadingPathTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_particle_sensor_is_corrected_with_the_humidity_of_another_and_then_calibrated()
    {
        var options = new SensorOptions
        {
            Chip = "pms5003",
            Bus = "serial:/dev/serial0",
            Correction = "epa-2021",
            HumidityFrom = "roof",
            Calibrations = [new CalibrationOptions { Quantity = "pm2_5", Slope = 2, Offset = 1, Provenance = "reference, May" }],
        };
        Treatment treatment = SensorCatalog.Check(options).Treatment;
        var path = new ReadingPath();
        var readings = new List<Reading>();
        SensorId street = new("street");
        path.Pass(street, treatment, [new(Quantity.Pm25, 20)], Noon, readings.Add);
        path.Pass(new SensorId("roof"), Treatment.None, [new(Quantity.RelativeHumidity, 80)], Noon, readings.Add);
        path.Pass(street, treatment, [new(Quantity.Pm25, 20)], Noon.AddMinutes(1), readings.Add);
        path.Pass(street, treatment, [new(Quantity.Pm25, 20)], Noon.AddMinutes(9), readings.Add);
        // 0.524 × 20 - 0.0862 × RH + 5.75 by the EPA, with 50 %RH where none is known or it is old.
        Assert.Equal([24.84, 80, 19.668, 24.84], readings.Select(reading => Math.Round(reading.Value, 6)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public void A_step_of_the_clock_changes_no_verdict(int hours)
    {
        var path = new ReadingPath();
        var readings = new List<Reading>();
        for (int second = 0; second < 120; second++)
        {
            DateTimeOffset uptime = DateTimeOffset.UnixEpoch.AddSeconds(second);
            DateTimeOffset wall = Noon.AddSeconds(second).AddHours(second < 60 ? 0 : hours);
            path.Pass(new SensorId("roof"), Treatment.None, [new(Quantity.Temperature, 20 + (0.0001 * second))], (wall, uptime), readings.Add);
            path.Pass(new SensorId("wall"), Treatment.None, [new(Quantity.Temperature, 20.5)], (wall, uptime), readings.Add);
        }

        Assert.All(readings.Where(reading => reading.Sensor.Value == "roof"), reading => Assert.Equal(ReadingQuality.Good, reading.Quality));
        Assert.Equal(Noon.AddSeconds(119).AddHours(hours), readings[^1].ObservedAt);
    }

    [Fact]
    public void What_cannot_be_right_says_so_in_the_store_and_on_the_wire()
    {
        var path = new ReadingPath();
        var readings = new List<Reading>();
        path.Pass(new SensorId("roof"), Treatment.None, [new(Quantity.Temperature, -127), new(Quantity.Pressure, 100_000)], Noon, readings.Add);
        byte[] wire = SenMl.Encode(readings);
        Assert.Contains("\"quality\":\"bad(range)\"", Encoding.UTF8.GetString(wire), StringComparison.Ordinal);
        Assert.Equal(readings, SenMl.Decode(wire).Readings);
        Assert.Equal(
            "weather,node=n,sensor=roof,site=s temperature=-127,pressure=100000,quality=\"temperature=bad(range)\"",
            Assert.Single(ReadingPoints.From(SenMl.Decode(wire).Readings, "s", "n")).ToString().Split(' ')[..2].Aggregate((a, b) => $"{a} {b}"));
    }

    [Theory]
    [InlineData("good", QualityVerdict.Good, QualityReason.None)]
    [InlineData("suspect(crosscheck)", QualityVerdict.Suspect, QualityReason.CrossCheck)]
    [InlineData("bad(counter)", QualityVerdict.Bad, QualityReason.Counter)]
    [InlineData("bad(moonphase)", QualityVerdict.Bad, QualityReason.Unknown)]
    [InlineData("bad(1)", QualityVerdict.Bad, QualityReason.Unknown)]
    [InlineData("splendid", QualityVerdict.Suspect, QualityReason.Unknown)]
    [InlineData("", QualityVerdict.Suspect, QualityReason.Unknown)]
    public void A_verdict_that_is_not_understood_is_no_praise(string text, QualityVerdict verdict, QualityReason reason) =>
        Assert.Equal(new ReadingQuality(verdict, reason), ReadingQuality.Parse(text));

    [Fact]
    public async Task Several_questions_make_one_sample_and_their_faults_are_told()
    {
        using var sensor = new ScriptedSensor(
            [(Quantity.Temperature, 20), (Quantity.Rain, 5)], null, [(Quantity.Temperature, 21), (Quantity.Rain, 6)], [(Quantity.Temperature, 22), (Quantity.Rain, 7)]);
        (List<Reading> readings, List<SensorFaultEvent> faults, SamplingLoop loop) = await RunAsync(sensor, Treatment.None with { Oversampling = 4 }, [Noon]);
        Assert.Equal([21.0, 7.0], readings.Select(reading => reading.Value));
        Assert.Equal("no answer", Assert.Single(faults).Fault.Detail);
        Assert.Equal(new SamplingCounts(2, 2, 0, 0), loop.Counts);
    }

    [Fact]
    public async Task After_a_start_and_after_silence_values_are_suspect_until_the_sensor_is_warm()
    {
        (Quantity, double)[] warm = [(Quantity.Temperature, 20)];
        using var sensor = new ScriptedSensor(warm, warm, warm, null, warm, warm);
        (List<Reading> readings, _, SamplingLoop loop) = await RunAsync(
            sensor, Treatment.None with { WarmUp = TimeSpan.FromSeconds(15) }, [.. Enumerable.Range(0, 6).Select(at => Noon.AddSeconds(10 * at))]);
        Assert.Equal(["suspect(warmup)", "suspect(warmup)", "good", "suspect(warmup)", "suspect(warmup)"], readings.Select(reading => reading.Quality.ToString()));
        Assert.Equal((4L, 0L), (loop.Counts.Suspect, loop.Counts.Bad));
    }

    [Theory]
    [InlineData("bme280", "humidity_", 1, 0, "it does not measure 'humidity_'; use one of temperature, ")]
    [InlineData("bme280", "temperature", 9, 0, "use a Slope of 0.2 to 5 (9 is given)")]
    [InlineData("bme280", "temperature", 1, double.NaN, "a finite Offset")]
    public void A_calibration_that_cannot_be_meant_is_refused(string chip, string quantity, double slope, double offset, string complaint)
    {
        var options = new SensorOptions
        {
            Chip = chip,
            Bus = "i2c:1",
            Calibrations = [new CalibrationOptions { Quantity = quantity, Slope = slope, Offset = offset, Provenance = "somebody" }],
        };
        Assert.Contains(complaint, Assert.Throws<FormatException>(() => SensorCatalog.Check(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_correction_of_another_model_and_a_phase_beyond_the_period_are_refused()
    {
        Assert.Contains("makes values worse", Assert.Throws<FormatException>(() => SensorCatalog.Check(
            new SensorOptions { Chip = "sds011", Bus = "serial:/dev/ttyUSB0", Correction = "epa-2021" })).Message, StringComparison.Ordinal);
        Assert.Contains("below the period of 1000", Assert.Throws<FormatException>(() => SensorCatalog.Check(
            new SensorOptions { Chip = "sds011", Bus = "serial:/dev/ttyUSB0", PhaseMilliseconds = 1_000 })).Message, StringComparison.Ordinal);
    }

    private static async Task<(List<Reading> Readings, List<SensorFaultEvent> Faults, SamplingLoop Loop)> RunAsync(
        ISensor sensor, Treatment treatment, DateTimeOffset[] instants)
    {
        var counters = new SamplingCounters();
        var inbox = new ReadingInbox(counters);
        List<SensorFaultEvent> faults = [];
        using var loop = new SamplingLoop(
            new ScheduledSensor(sensor, instants.ToAsyncEnumerable(), Treatment: treatment), new ReadingPath(), inbox, counters, faults.Add);
        await loop.RunAsync(TestContext.Current.CancellationToken);
        inbox.Complete();
        return (await inbox.Reader.ReadAllAsync(TestContext.Current.CancellationToken).Select(one => one.Reading).ToListAsync(TestContext.Current.CancellationToken), faults, loop);
    }

    /// <summary>Gives one sample after the other; null is no answer.</summary>
    private sealed class ScriptedSensor(params (Quantity Quantity, double Value)[]?[] script) : ISensor
    {
        private int _next;

        public SensorId Id => new("scripted");

        public IReadOnlyList<Quantity> Quantities => [.. script.First(sample => sample is not null)!.Select(one => one.Quantity)];

        public ValueTask<SensorFault?> SampleAsync(SampleBuffer into, CancellationToken cancellationToken)
        {
            into.Clear();
            foreach ((Quantity quantity, double value) in script[_next] ?? [])
            {
                into.Add(quantity, value);
            }

            return ValueTask.FromResult(script[_next++] is null ? new SensorFault(FaultKind.NoAnswer, "no answer", "none") : null);
        }

        public void Dispose()
        {
        }
    }
}
