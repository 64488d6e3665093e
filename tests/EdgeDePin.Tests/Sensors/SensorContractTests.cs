using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Tests.Sensors;

/// <summary>What every driver of the catalogue does, each on its simulated chip.</summary>
public sealed class SensorContractTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    // A serial line has deadlines of a second or so, which must not pass while a busy machine changes threads.
    private static AcceleratedTime Clock(string chip) => new(
        TimeProvider.System, DateTimeOffset.UnixEpoch, (chip.EndsWith("@serial", StringComparison.Ordinal) ? BusKind.Serial : Entry(chip).Buses[0]) switch
        {
            BusKind.I2c => 1_000,
            BusKind.OneWire => 10,
            _ => 100,
        });

    private static bool IsModbus(string chip) => chip != "dsmr" && Entry(chip).Buses.Contains(BusKind.Tcp);

    private readonly FaultPlan _faults = new(seed: 1, probability: 0);
    private double _shift;
    private string _chip = "";

    // Pulses need time to come; they have tests of their own.
    private static IEnumerable<string> Asked =>
        SensorCatalog.Chips.Values.Where(entry => !entry.Buses.Contains(BusKind.Gpio)).Select(entry => entry.Chip)
            .Append("sps30@i2c").Order(StringComparer.Ordinal);

    // A chip on its second bus is named with it.
    private static SensorCatalogEntry Entry(string chip) => SensorCatalog.Entry(chip.Split('@')[0]);

    public static TheoryData<string> Chips => [.. Asked];

    // Lines of an EZO circuit bear no checksum: what a flipped digit makes of a value nobody can tell.
    private static readonly string[] OnTheirOtherBus = ["bme280@spi", "ezo-ph@serial", "ezo-ec@serial", "ezo-do@serial"];

    // SPI acknowledges nothing, so that a write which nobody hears is not told from one that is obeyed.
    public static TheoryData<string> ChipsOnEachBus => [.. Asked.Concat(OnTheirOtherBus)];

    public static TheoryData<string> ChipsWithSupplyState => [.. Asked.Concat(OnTheirOtherBus).Where(chip => Is(chip, place => place.HasSupplyState))];

    public static TheoryData<string> ChipsWithChecksum => [.. Asked.Where(chip => Is(chip, place => place.HasChecksum))];

    /// <summary>
    /// Chips with nothing by which they could be told from another: no identity, and no checksum. Of an ADS1115 the
    /// vane is only what is wired to it.
    /// </summary>
    private static readonly string[] WithoutIdentity = ["ads1115", "bh1750fvi", "ina219", "windvane"];

    private static readonly string[] Others = ["ads1115", "bme280", "bmp388", "ezo-ph", "ina226", "scd4x", "sht3x", "sht4x", "veml7700"];

    public static TheoryData<string, string> Impostors =>
    [
        .. from chip in Asked.Where(chip => Is(chip, place => place.Chip is SimulatedI2cChip)).Except(WithoutIdentity)
           from impostor in Others
           where chip != impostor
           select new TheoryDataRow<string, string>(chip, impostor),
    ];

    private static bool Is(string chip, Func<SimulatedPlace, bool> condition)
    {
        using var place = new SimulatedPlace(chip, (_, _) => null, TimeProvider.System);
        return condition(place);
    }

    public static TheoryData<string> Meters => [.. Asked.Where(IsModbus)];

    public static TheoryData<string, BusFault> Faults =>
    [
        .. from chip in Asked
           from fault in new[] { BusFault.NoAnswer, BusFault.BitFlip, BusFault.ShortFrame }
           select new TheoryDataRow<string, BusFault>(chip, fault),
    ];

    [Theory]
    [MemberData(nameof(Chips))]
    public async Task A_sample_holds_every_quantity_once_as_it_is_around_the_chip(string chip)
    {
        using ISensor sensor = Open(chip);
        Sample.Measured measured = Measured(await sensor.SampleAsync(Stop));
        // The VOC index needs 45 seconds of learning before there is one.
        Assert.Equal(sensor.Quantities.Where(one => one != Quantity.VocIndex), measured.Measurements.Select(one => one.Quantity));
        Assert.All(measured.Measurements, one => Near(one));
    }

    [Theory]
    [MemberData(nameof(ChipsOnEachBus))]
    public async Task A_sample_is_of_now_and_never_of_before(string chip)
    {
        using ISensor sensor = Open(chip);
        for (_shift = 0; _shift < 5; _shift++)
        {
            Sample.Measured measured = Measured(await sensor.SampleAsync(Stop));
            Assert.All(measured.Measurements, one => Near(one));
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_on_the_bus_is_told_and_the_next_sample_is_fresh(string chip, BusFault fault)
    {
        using ISensor sensor = Open(chip);
        Measured(await sensor.SampleAsync(Stop));
        for (_shift = 1; _shift < 8; _shift++)
        {
            // A meter is asked once more, so its line has to stay bad.
            (_faults.Always, _faults.Forced) = (IsModbus(chip) ? fault : BusFault.None, IsModbus(chip) ? null : fault);
            SensorFault told = Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Stop)).Fault;
            _faults.Always = BusFault.None;
            Assert.False(string.IsNullOrWhiteSpace(told.Detail) || string.IsNullOrWhiteSpace(told.Remedy));
            _shift += 0.5;
            Sample.Measured measured = Measured(await sensor.SampleAsync(Stop));
            Assert.All(measured.Measurements, one => Near(one));
        }
    }

    [Theory]
    [MemberData(nameof(Meters))]
    public async Task A_meter_that_has_answered_before_is_asked_once_more(string chip)
    {
        using ISensor sensor = Open(chip);
        Measured(await sensor.SampleAsync(Stop));
        foreach (BusFault fault in new[] { BusFault.NoAnswer, BusFault.BitFlip, BusFault.ShortFrame })
        {
            _shift++;
            _faults.Forced = fault;
            Assert.All(Measured(await sensor.SampleAsync(Stop)).Measurements, one => Near(one));
            Assert.Null(_faults.Forced);
        }
    }

    [Theory]
    [MemberData(nameof(Chips))]
    public async Task Whatever_goes_wrong_no_value_is_wrong(string chip)
    {
        // A sample is one or a few questions on a line, and a dozen transfers on I2C.
        double probability = Entry(chip).Buses.Contains(BusKind.I2c) ? 0.05 : 0.3;
        _chip = chip;
        using ISensor sensor = SimulatedSite.Open(Options(chip), (quantity, _) => Around(quantity), Clock(chip), new FaultPlan(seed: 7, probability));
        int faults = 0;
        for (int asked = 0; asked < 100; asked++)
        {
            _shift = asked % 10;
            if (await sensor.SampleAsync(Stop) is Sample.Measured measured)
            {
                Assert.All(measured.Measurements, one => Near(one));
            }
            else
            {
                faults++;
            }
        }

        Assert.InRange(faults, 3, 99);
    }

    [Theory]
    [MemberData(nameof(ChipsOnEachBus))]
    public async Task A_chip_that_was_unplugged_is_told_and_read_again_when_it_is_back(string chip)
    {
        using SimulatedPlace place = Place(chip);
        Measured(await place.Sensor.SampleAsync(Stop));
        for (_shift = 1; _shift < 4; _shift++)
        {
            place.Plug(false);
            Assert.IsType<Sample.Faulted>(await place.Sensor.SampleAsync(Stop));
            Assert.IsType<Sample.Faulted>(await place.Sensor.SampleAsync(Stop));
            place.Plug(true);
            place.PowerOn();   // who was unplugged has lost everything
            await MeasuredAgainAsync(place);
        }
    }

    [Theory]
    [MemberData(nameof(ChipsWithSupplyState))]
    public async Task A_chip_that_lost_its_supply_is_set_up_again_and_no_power_on_value_is_told(string chip)
    {
        using SimulatedPlace place = Place(chip);
        Measured(await place.Sensor.SampleAsync(Stop));
        for (_shift = 1; _shift < 6; _shift++)
        {
            place.PowerOn();
            await MeasuredAgainAsync(place);
        }
    }

    [Theory]
    [MemberData(nameof(ChipsWithChecksum))]
    public async Task A_flipped_bit_is_told_as_one(string chip)
    {
        using SimulatedPlace place = Place(chip);
        Measured(await place.Sensor.SampleAsync(Stop));
        place.Faults.Always = BusFault.BitFlip;
        for (int asked = 0; asked < 20; asked++)
        {
            SensorFault told = Assert.IsType<Sample.Faulted>(await place.Sensor.SampleAsync(Stop)).Fault;
            Assert.Equal(FaultKind.Corrupted, told.Kind);
        }
    }

    [Theory]
    [MemberData(nameof(Impostors))]
    public async Task Another_chip_at_its_address_is_never_taken_for_it(string chip, string impostor)
    {
        _chip = chip;
        using var place = new SimulatedPlace(chip, (quantity, _) => Around(quantity), Clock(chip), _faults, impostor);
        for (int asked = 0; asked < 3; asked++)
        {
            Sample sample = await place.Sensor.SampleAsync(Stop);
            Assert.True(sample is Sample.Faulted, $"{chip} takes {impostor} for itself: {sample}");
        }
    }

    // A second or two after it is back a chip may still be starting; until then it says nothing, and nothing wrong.
    private async Task MeasuredAgainAsync(SimulatedPlace place)
    {
        for (int tried = 0; ; tried++)
        {
            Sample sample = await place.Sensor.SampleAsync(Stop);
            if (sample is Sample.Measured measured)
            {
                Assert.All(measured.Measurements, one => Near(one));
                return;
            }

            Assert.True(tried < 4, $"{_chip}: {sample}");
        }
    }

    private SimulatedPlace Place(string chip)
    {
        _chip = chip;
        return new SimulatedPlace(chip, (quantity, _) => Around(quantity), Clock(chip), _faults);
    }

    [Theory]
    [MemberData(nameof(Chips))]
    public async Task A_sample_that_is_no_longer_wanted_ends(string chip)
    {
        using ISensor sensor = SimulatedSite.Open(Options(chip), (_, _) => null, TimeProvider.System, FaultPlan.None);
        using var cancel = new CancellationTokenSource();
        ValueTask<Sample> sample = sensor.SampleAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            // The meter answers at once even when it has nothing to say: then there is nothing to cancel.
            await sample;
            cancel.Token.ThrowIfCancellationRequested();
        });
    }

    private ISensor Open(string chip)
    {
        _chip = chip;
        return SimulatedSite.Open(Options(chip), (quantity, _) => Around(quantity), Clock(chip), _faults);
    }

    private static SensorOptions Options(string chip) => new() { Chip = Entry(chip).Chip, Bus = chip.Split('@') is [_, var bus] ? bus : SimulatedSite.Bus };

    private static Sample.Measured Measured(Sample sample) =>
        sample as Sample.Measured ?? throw new InvalidOperationException(sample.ToString());

    // What a chip's own steps allow: the vane has sixteen positions, and the VOC index is learned, not measured.
    private void Near(Measurement one)
    {
        double tolerance = one.Quantity == Quantity.WindDirection ? 11.26
            : one.Quantity == Quantity.VocIndex ? 500
            : one.Quantity == Quantity.CarbonDioxide || one.Quantity == Quantity.Illuminance || one.Quantity == Quantity.VocRaw ? 1
            : one.Quantity == Quantity.Pm1 || one.Quantity == Quantity.Pm25 || one.Quantity == Quantity.Pm4 || one.Quantity == Quantity.Pm10 || one.Quantity == Quantity.Power ? 0.51
            : 0.11;
        Assert.Equal(Around(one.Quantity), one.Value, tolerance);
    }

    private double Around(Quantity quantity) =>
        !_chip.StartsWith("ina", StringComparison.Ordinal) ? Base(quantity) + (_shift * Slope(quantity))
        : quantity == Quantity.Voltage ? 12 + _shift
        : quantity == Quantity.Current ? 0.1 + (0.05 * _shift)
        : (12 + _shift) * (0.1 + (0.05 * _shift));   // these compute the power themselves

    private static double Base(Quantity quantity) =>
        quantity == Quantity.Pressure ? 100_000
        : quantity == Quantity.Voltage || quantity == Quantity.VoltageL2 || quantity == Quantity.VoltageL3 ? 230
        : quantity == Quantity.CarbonDioxide ? 600
        : quantity == Quantity.VocRaw ? 30_000
        : quantity == Quantity.Frequency ? 50
        : quantity == Quantity.PowerFactor ? 0.5
        : quantity == Quantity.Pm10 ? 15
        : quantity == Quantity.Acidity ? 5
        : quantity == Quantity.Conductivity ? 0.05
        : quantity.Measurement == "analog" || quantity == Quantity.Current || quantity == Quantity.CurrentL1 ? 1
        : 10;

    private static double Slope(Quantity quantity) =>
        quantity == Quantity.PowerFactor ? 0.02
        : quantity == Quantity.Conductivity ? 0.001
        : quantity.Measurement == "analog" || quantity == Quantity.Current || quantity == Quantity.Acidity ? 0.2
        : 1;
}
