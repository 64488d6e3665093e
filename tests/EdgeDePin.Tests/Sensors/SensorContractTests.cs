using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Tests.Sensors;

/// <summary>What every driver of the catalogue does, each on its simulated chip.</summary>
public sealed class SensorContractTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly AcceleratedTime _time = new(TimeProvider.System, DateTimeOffset.UnixEpoch, 1_000);
    private readonly FaultPlan _faults = new(seed: 1, probability: 0);
    private double _shift;

    public static TheoryData<string> Chips => [.. SensorCatalog.Chips.Keys];

    public static TheoryData<string, BusFault> Faults =>
    [
        .. from chip in SensorCatalog.Chips.Keys
           from fault in new[] { BusFault.NoAnswer, BusFault.BitFlip, BusFault.ShortFrame }
           select new TheoryDataRow<string, BusFault>(chip, fault),
    ];

    [Theory]
    [MemberData(nameof(Chips))]
    public async Task A_sample_holds_every_quantity_once_as_it_is_around_the_chip(string chip)
    {
        using ISensor sensor = Open(chip);
        Sample.Measured measured = Measured(await sensor.SampleAsync(Stop));
        Assert.Equal(sensor.Quantities, measured.Measurements.Select(one => one.Quantity));
        Assert.All(measured.Measurements, one => Assert.Equal(Around(one.Quantity), one.Value, 0.11));
    }

    [Theory]
    [MemberData(nameof(Chips))]
    public async Task A_sample_is_of_now_and_never_of_before(string chip)
    {
        using ISensor sensor = Open(chip);
        for (_shift = 0; _shift < 5; _shift++)
        {
            Sample.Measured measured = Measured(await sensor.SampleAsync(Stop));
            Assert.All(measured.Measurements, one => Assert.Equal(Around(one.Quantity), one.Value, 0.11));
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
            _faults.Forced = fault;
            SensorFault told = Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Stop)).Fault;
            Assert.False(string.IsNullOrWhiteSpace(told.Detail) || string.IsNullOrWhiteSpace(told.Remedy));
            _shift += 0.5;
            Sample.Measured measured = Measured(await sensor.SampleAsync(Stop));
            Assert.All(measured.Measurements, one => Assert.Equal(Around(one.Quantity), one.Value, 0.11));
        }
    }

    [Theory]
    [MemberData(nameof(Chips))]
    public async Task Whatever_goes_wrong_no_value_is_wrong(string chip)
    {
        using ISensor sensor = SimulatedSite.Open(Options(chip), (quantity, _) => Around(quantity), _time, new FaultPlan(seed: 7, probability: 0.3));
        int faults = 0;
        for (int asked = 0; asked < 200; asked++)
        {
            _shift = asked % 10;
            if (await sensor.SampleAsync(Stop) is Sample.Measured measured)
            {
                Assert.All(measured.Measurements, one => Assert.Equal(Around(one.Quantity), one.Value, 0.11));
            }
            else
            {
                faults++;
            }
        }

        Assert.InRange(faults, 20, 195);
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

    private ISensor Open(string chip) => SimulatedSite.Open(Options(chip), (quantity, _) => Around(quantity), _time, _faults);

    private static SensorOptions Options(string chip) => new() { Chip = chip, Bus = SimulatedSite.Bus };

    private static Sample.Measured Measured(Sample sample) =>
        sample as Sample.Measured ?? throw new InvalidOperationException(sample.ToString());

    private double Around(Quantity quantity) => 10 + _shift
        + (quantity == Quantity.Pressure ? 100_000 : quantity == Quantity.Voltage ? 220 : quantity == Quantity.Pm10 ? 5 : 0);
}
