import { type ColumnDefinitionNode, DataTypeNode, PostgresQueryCompiler, RawNode } from 'kysely';

/**
 * Declares every text column so that it compares by code point, as in SQLite. The default of a PostgreSQL database
 * sorts for people, differs from machine to machine and is slower.
 */
export class PostgresCompiler extends PostgresQueryCompiler {
  protected override visitColumnDefinition(node: ColumnDefinitionNode): void {
    const isText = DataTypeNode.is(node.dataType) && node.dataType.dataType === 'text';
    super.visitColumnDefinition(isText ? { ...node, dataType: RawNode.createWithSql('text collate "C"') } : node);
  }
}
