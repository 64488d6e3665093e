using EdgeDePin.Execution;

namespace EdgeDePin.Analytics;

/// <summary>Every analytics task kind. A new kind is a file in Tasks/ and a line here.</summary>
public static class AnalyticsCatalog
{
    public static TaskCatalog Create() => new(
        new TaskDefinition(CleanTask.Kind, CleanTask.Run, Lendable: false),
        new TaskDefinition(AggregateTask.Kind, AggregateTask.Run, Lendable: false),
        new TaskDefinition(DeriveTask.Kind, DeriveTask.Run, Lendable: false),
        new TaskDefinition(SpikeCheckTask.Kind, SpikeCheckTask.Run, Lendable: false),
        new TaskDefinition(AnomalyTask.Kind, AnomalyTask.Run, Lendable: false),
        new TaskDefinition(SensorFaultsTask.Kind, SensorFaultsTask.Run, Lendable: false),
        new TaskDefinition(RollingBackTestTask.Kind, RollingBackTestTask.Run, Lendable: true),
        new TaskDefinition(BackTestSummaryTask.Kind, BackTestSummaryTask.Run, Lendable: false),
        new TaskDefinition(ForecastTask.Kind, ForecastTask.Run, Lendable: true),
        new TaskDefinition(InterpolateTask.Kind, InterpolateTask.Run, Lendable: true));
}
