using System.Collections.Immutable;
using System.Formats.Cbor;
using EdgeDePin.Execution;

namespace EdgeDePin.Balance;

/// <summary>
/// <c>balance-plan@1</c>: own input a site with its outlook, output its plan. It is not lent: it is small, it tells what a household
/// does, and a solver's last bits are its own on each processor.
/// </summary>
public static class BalanceTask
{
    public static readonly TaskKind Kind = new("balance-plan", 1);

    public static TaskDefinition Definition { get; } = new(Kind, Run, Lendable: false);

    /// <summary>The input: battery (or none), connection, what is stored, and the outlook.</summary>
    public static byte[] Encode(Battery? battery, double importLimit, double exportLimit, double stored, Outlook outlook)
    {
        ArgumentNullException.ThrowIfNull(outlook);
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartArray(9);
        Write(writer, battery is null ? [] : [battery.CapacityKilowattHours, battery.PowerKilowatts, battery.Efficiency, battery.WearPerKilowattHour]);
        writer.WriteDouble(importLimit);
        writer.WriteDouble(exportLimit);
        writer.WriteDouble(stored);
        writer.WriteDouble(outlook.StepHours);
        Write(writer, outlook.LoadKilowatts);
        Write(writer, outlook.SolarKilowatts);
        Write(writer, outlook.Buy);
        Write(writer, outlook.Sell);
        writer.WriteEndArray();
        return writer.Encode();
    }

    /// <summary>Battery power, energy stored and power from the grid of each step of an output.</summary>
    /// <exception cref="FormatException">Not the output of the task.</exception>
    public static (ImmutableArray<double> Battery, ImmutableArray<double> Stored, ImmutableArray<double> Net, double Cost, string Binding) Decode(byte[] output)
    {
        try
        {
            var reader = new CborReader(output, CborConformanceMode.Canonical);
            reader.ReadStartArray();
            (ImmutableArray<double>, ImmutableArray<double>, ImmutableArray<double>, double, string) plan =
                (Read(reader), Read(reader), Read(reader), reader.ReadDouble(), reader.ReadTextString());
            reader.ReadEndArray();
            return plan;
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException)
        {
            throw new FormatException($"Not a balance plan: {error.Message}", error);
        }
    }

    private static byte[] Run(TaskInput input, CancellationToken cancellationToken)
    {
        Battery? battery;
        double import, export, stored;
        Outlook outlook;
        try
        {
            var reader = new CborReader(input.Own, CborConformanceMode.Canonical);
            reader.ReadStartArray();
            battery = Read(reader) is [var capacity, var power, var efficiency, var wear] ? new Battery(capacity, power, efficiency, wear) : null;
            (import, export, stored) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
            outlook = new Outlook(reader.ReadDouble(), Read(reader), Read(reader), Read(reader), Read(reader)).Checked();
            reader.ReadEndArray();
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"Not the input of a balance plan: {error.Message}", error);
        }

        BalancePlan plan = SitePlanner.Plan(new Site("site", battery, [], null, import, export), outlook, stored);
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartArray(5);
        Write(writer, plan.BatteryKilowatts);
        Write(writer, plan.StoredKilowattHours);
        Write(writer, plan.NetKilowatts);
        writer.WriteDouble(plan.Cost);
        writer.WriteTextString(plan.Binding.IsEmpty ? "" : plan.Binding[0].Name);
        writer.WriteEndArray();
        return writer.Encode();
    }

    private static void Write(CborWriter writer, ImmutableArray<double> values)
    {
        writer.WriteStartArray(values.Length);
        foreach (double value in values)
        {
            writer.WriteDouble(value);
        }

        writer.WriteEndArray();
    }

    private static ImmutableArray<double> Read(CborReader reader)
    {
        reader.ReadStartArray();
        ImmutableArray<double>.Builder values = ImmutableArray.CreateBuilder<double>();
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            values.Add(reader.ReadDouble());
        }

        reader.ReadEndArray();
        return values.ToImmutable();
    }
}
